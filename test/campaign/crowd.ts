// The buyers of a campaign: they attempt, come back with the same id after `busy` or silence, look, pay and
// give up, as long as the campaign goes on, and write down every answer. Each has a gateway of its own
// until that one does not answer.

import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import type { Answer } from '../../audit/answers.ts'
import type { Chance } from '../simulation/chance.ts'
import { webhook } from '../support/provider.ts'
import type { OpenSale } from './open-sale.ts'

// `by`: the gateway that was asked. The auditor is told of all but payments.
export type Told = Omit<Answer, 'kind'> & { kind: Answer['kind'] | 'payment'; by: string }

export interface Crowd extends AsyncDisposable {
  told: Told[] // takes in what comes
  asks(by: string, of: Asker): Ask // as one of the crowd would; `by` is the gateway
  stop(): Promise<void>
}

export interface CrowdOptions {
  gateways: { name: string; url: string }[]
  sales: OpenSale[] // may grow
  clients: number
  chance: Chance
}

const GIVES_UP_MS = 6000 // longer than anybody may have to wait
const THINKS_MS = [10, 100] as const
const COMES_BACK = new Set(['busy', 'rebuilding', 'no-answer'])
const HOLDS = new Set(['accepted', 'already-reserved'])
const COMES_BACK_SHARE = 0.7

export const startCrowd = ({ gateways, sales, clients, chance }: CrowdOptions): Crowd => {
  const told: Told[] = []
  const doors = gateways.map(({ name, url }) => ({
    name,
    pool: new Pool(url, {
      connections: clients,
      headersTimeout: GIVES_UP_MS,
      bodyTimeout: GIVES_UP_MS,
      connectTimeout: GIVES_UP_MS,
    }),
  }))
  let stopped = false

  const client = async (first: number) => {
    let door = first
    let again: Asker | undefined
    while (!stopped) {
      const [least, most] = THINKS_MS
      await sleep(least + chance.below(most - least))
      const asker: Asker = again ?? { ...someBuyer(sales, chance) }
      const ask = askAt(doors[door % doors.length]!, asker, told)
      const { outcome, orderId } = await ask('attempt')
      if (outcome === 'no-answer') door += 1
      again = COMES_BACK.has(outcome) && chance.happens(COMES_BACK_SHARE) ? asker : undefined
      if (HOLDS.has(outcome)) await useOrder(ask, orderId!, chance)
    }
  }

  const running = Array.from({ length: clients }, (_, at) => client(at))
  const stop = async () => {
    stopped = true
    await Promise.all(running)
    await Promise.all(doors.map(({ pool }) => pool.destroy()))
  }
  const asks: Crowd['asks'] = (by, asker) =>
    askAt(
      doors.find(({ name }) => name === by)!,
      asker,
      told,
    )
  return { told, asks, stop, [Symbol.asyncDispose]: stop }
}

export interface Asker {
  saleId: string
  buyerId: string
  token: string
}

export const someBuyer = (sales: OpenSale[], chance: Chance): Asker => {
  const { saleId, buyers, tokens } = chance.pick(sales)
  const buyerId = chance.pick(buyers)
  return { saleId, buyerId, token: tokens.get(buyerId)! }
}

export type Ask = (kind: Told['kind'], orderId?: string, body?: object) => Promise<Told & Reply>

// Half keep what they have, until it expires or for good.
const useOrder = async (ask: Ask, orderId: string, chance: Chance) => {
  const drawn = chance.below(100)
  if (drawn < 30) await ask('cancel', orderId)
  else if (drawn < 40) await ask('order', orderId)
  else if (drawn < 50) await pay(ask, orderId, chance)
}

const TIMES_TOLD = 3

// Told by the provider several times, or by the sandbox itself. A payment that failed before it succeeded
// has succeeded.
const pay = async (ask: Ask, orderId: string, chance: Chance) => {
  const waits = chance.happens(0.5)
  const { paymentId } = await ask('payment', orderId, waits ? { sandbox: 'wait' } : {})
  if (!waits || paymentId === undefined) return
  if (chance.happens(0.3)) await ask('payment', undefined, { paymentId, type: 'payment.failed' })
  for (let times = 0; times < TIMES_TOLD; times += 1) await ask('payment', undefined, { paymentId })
}

interface Reply {
  paymentId?: string | undefined
}

const PATHS = {
  attempt: ({ saleId }: Asker) => `/api/sales/${saleId}/attempts`,
  order: (_: Asker, orderId = '') => `/api/orders/${orderId}`,
  cancel: (_: Asker, orderId = '') => `/api/orders/${orderId}/cancel`,
  payment: (_: Asker, orderId = '') =>
    orderId === '' ? '/api/payments/webhook' : `/api/orders/${orderId}/payment`,
}

const askAt =
  ({ name, pool }: { name: string; pool: Pool }, asker: Asker, told: Told[]): Ask =>
  async (kind, orderId, body) => {
    const sentAt = Date.now()
    const { saleId, buyerId, token } = asker
    const given = body && 'paymentId' in body ? webhook(body as { paymentId: string }) : undefined
    const sent = {
      method: kind === 'order' ? ('GET' as const) : ('POST' as const),
      path: PATHS[kind](asker, orderId),
      headers: given?.headers ?? {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: given?.raw ?? JSON.stringify(body) }),
    }
    const reply = await pool.request(sent).then(
      async ({ statusCode, body: read }) => ({ statusCode, ...((await read.json()) as Read) }),
      () => undefined,
    )
    const known = { saleId, buyerId, kind, sentAt, at: Date.now(), by: name }
    const answer = { ...known, ...readAs(kind, reply, orderId) }
    told.push(answer)
    return { ...answer, paymentId: reply?.paymentId }
  }

interface Read {
  outcome?: string
  code?: string
  status?: string
  orderId?: string
  paymentId?: string
  units?: number
  price?: number
}

const DONE = { attempt: '', order: 'ok', cancel: 'cancelled', payment: 'ok' }

const readAs = (
  kind: Told['kind'],
  reply: (Read & { statusCode: number }) | undefined,
  asked = '',
) => {
  const orderId = reply?.orderId ?? (asked === '' ? undefined : asked)
  const named = orderId === undefined ? {} : { orderId }
  if (reply === undefined) return { outcome: 'no-answer', ...named }
  const { statusCode, outcome, code, status, units, price } = reply
  const isDone = kind !== 'attempt' && statusCode < 300
  const word = isDone ? DONE[kind] : (outcome ?? code ?? 'no-answer')
  const terms = kind === 'attempt' && HOLDS.has(word) ? { units, price } : {}
  return { outcome: word, ...named, ...terms, ...(kind === 'order' && isDone && { status }) }
}
