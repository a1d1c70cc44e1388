// One generator process seen from the command: it is asked one thing at a time and told others between.
// A process that ends before it has answered fails what was asked.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { AnswerTo, News, Order, Progress, Report } from './messages.ts'

export interface Child {
  ask<Name extends Order['order']>(order: OrderOf<Name>): Promise<AnswerTo[Name]>
  tell(news: News): void
  progress(): Progress // as it was told last
  end(): Promise<void>
}

export type OrderOf<Name> = Extract<Order, { order: Name }>

const PROGRAM = join(import.meta.dirname, 'generator.ts')
const NOTHING_YET = { living: Infinity, inLine: 0, sent: 0, orders: 0, paid: 0, gaveBack: 0 }

export const startChild = (): Child => {
  const child = fork(PROGRAM, [], {
    execArgv: [],
    serialization: 'advanced', // maps travel as they are
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let progress: Progress = NOTHING_YET
  let asked: PromiseWithResolvers<unknown> | undefined
  let printed = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.on('message', (report: Report) => {
    if (report.report === 'progress') progress = report.progress
    else if (report.report === 'done') asked?.resolve(report.answer)
    else asked?.reject(new Error(`a generator process failed: ${report.why}`))
  })
  const closed = once(child, 'close')
  const fail = () => asked?.reject(new Error(`a generator process ended: ${printed.trim()}`))
  child.once('close', fail)

  return {
    async ask<Name extends Order['order']>(order: OrderOf<Name>) {
      asked = Promise.withResolvers<unknown>()
      child.send(order, (error) => error && fail())
      return (await asked.promise) as AnswerTo[Name]
    },
    tell: (news) => void child.send(news, () => undefined),
    progress: () => progress,
    async end() {
      child.kill()
      await closed
    },
  }
}
