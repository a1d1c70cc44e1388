// The engine as a program that kills itself at one call, by SIGKILL: before it or after it, the n-th
// time. Calls of that name are made one at a time, so that it is known which of them were executed.
//
// node dying-engine-program.ts '{"at":"queue.publish","when":"after","turn":1}' [role]

import { ServerResponse } from 'node:http'
import { readConfig } from '../../src/config.ts'
import type { RoleName } from '../../src/processes/credentials.ts'
import { startRoles } from '../../src/processes/start.ts'
import { wiringBetween } from './between-ports.ts'
import type { Death } from './dying-engine.ts'

const death = JSON.parse(process.argv[2]!) as Death
let turns = 0
let last: Promise<unknown> = Promise.resolve()

const isTheOne = (name: string) => name === death.at && (turns += 1) === death.turn

const dieNow = () => void process.kill(process.pid, 'SIGKILL')

const wiring = wiringBetween(async (name, call) => {
  if (name !== death.at) return call()
  const before = last
  const { promise, resolve } = Promise.withResolvers<void>()
  last = promise
  await before
  const dies = isTheOne(name)
  if (dies && death.when === 'before') dieNow()
  try {
    return await call()
  } finally {
    if (dies) dieNow()
    resolve()
  }
})

const role = process.argv[3] as RoleName | undefined
const running = await startRoles(readConfig(), { wiring, ...(role && { roles: [role] }) })

const { end } = ServerResponse.prototype
ServerResponse.prototype.end = function (this: ServerResponse, ...args: unknown[]) {
  if (this.statusCode === 202 && isTheOne('answer.accepted')) dieNow()
  return Reflect.apply(end, this, args) as typeof this
}

console.log(`running at ${running!.url}\n\n  next  nothing`)
