// A small herd of buyers that writes down every answer it gets, as the auditor wants them. It asks,
// asks again, and sometimes gives up what it got; a server that dies in the middle is `no-answer`.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Dispatcher, Pool } from 'undici'
import type { Answer } from '../../audit/answers.ts'
import type { Chance } from '../simulation/chance.ts'

export interface HerdOptions {
  url: string
  saleId: string
  tokens: Map<string, string> // buyer → purchase token
  clients: number // how many ask at once
  cancelShare: number // of the accepted
  chance: Chance
}

export interface Herd extends AsyncDisposable {
  answers: Answer[]
  stop(): Promise<void>
}

// Between two tries to reach a server that is not there.
const NOBODY_THERE_MS = 10

type Asked = Pick<Answer, 'buyerId' | 'kind' | 'orderId'>

export const startHerd = (options: HerdOptions): Herd => {
  const pool = new Pool(options.url, { connections: options.clients, headersTimeout: 5000 })
  const answers: Answer[] = []
  let stopped = false

  const ask = async (path: string, asked: Asked): Promise<Answer> => {
    const sentAt = Date.now()
    const got = await send(pool, path, options.tokens.get(asked.buyerId)!)
    const known = { ...asked, saleId: options.saleId, sentAt, at: Date.now() }
    const answer = { ...known, ...got } as Answer
    answers.push(answer)
    return answer
  }

  const buyers = [...options.tokens.keys()]
  const client = async () => {
    while (!stopped) {
      const buyerId = options.chance.pick(buyers)
      const path = `/api/sales/${options.saleId}/attempts`
      const { outcome, orderId } = await ask(path, { buyerId, kind: 'attempt' })
      if (outcome === 'no-answer') await sleep(NOBODY_THERE_MS)
      const held = outcome === 'accepted' || outcome === 'already-reserved'
      if (held && options.chance.happens(options.cancelShare))
        await ask(`/api/orders/${orderId!}/cancel`, { buyerId, kind: 'cancel', orderId })
    }
  }

  const clients = Array.from({ length: options.clients }, client)
  const stop = async () => {
    stopped = true
    await Promise.all(clients)
    await pool.destroy()
  }
  return { answers, stop, [Symbol.asyncDispose]: stop }
}

const send = async (pool: Dispatcher, path: string, token: string) => {
  try {
    const headers = { authorization: `Bearer ${token}` }
    const { statusCode, body } = await pool.request({ method: 'POST', path, headers })
    const read = (await body.json()) as { outcome?: string; code?: string; orderId?: string }
    const isCancel = path.endsWith('/cancel')
    const outcome = isCancel && statusCode === 200 ? 'cancelled' : (read.outcome ?? read.code!)
    return read.orderId === undefined ? { outcome } : { outcome, orderId: read.orderId }
  } catch {
    return { outcome: 'no-answer' }
  }
}
