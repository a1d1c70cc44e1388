// The client of a shop, for Node and for browsers: it needs nothing but what both have. A no is a value
// (answer.ts). Every call asks again by itself while that may change the answer, never sooner than the server
// wants; only an aborted signal makes it reject.

import { type Answer, isPassing, waitMs } from './answer.ts'
import { ask, type Fetch, HERE, insist, pauseAfter, type Question, wait } from './ask.ts'
import { buy, type Buy } from './buy.ts'
import { passOf } from './challenge.ts'
import type { Bought } from './purchase.ts'
import { type ServerClock, serverClock } from './server-clock.ts'
import type { Entry, Order, Payment, Sale, Session } from './shapes.ts'
import { type Prove, solve } from './solve.ts'
import { type Watch, watchOrder } from './watch-order.ts'

export interface SeckillClientOptions {
  baseUrl: string // like https://shop.example; empty: where the page came from
  fetch?: Fetch
}

export interface SeckillClient {
  sales(of?: Ending): Promise<Answer<{ sales: Sale[] }>>
  sale(saleId: string, of?: Ending): Promise<Answer<Sale>>

  time(of?: Ending): Promise<Answer<Time>>
  serverClock: Pick<ServerClock, 'nowMs'>
  synchronise(of?: Ending): Promise<boolean> // reads the server's clock; false: it could not
  untilStart(sale: Pick<Sale, 'startsAt'>, of?: Ending): Promise<void> // by the server's clock

  signUp(of: Credentials & Ending): Promise<Answer<Session>> // and in
  signIn(of: Credentials & Ending): Promise<Answer<Session>>
  signOut(of: { sessionToken: string } & Ending): Promise<Answer<undefined>>
  // Admitted, the entry has a purchase token. Too early: `not-started`, with when to come back.
  enter(of: Entering & Ending): Promise<Answer<Entry>>

  buy(of: Omit<Buy, 'signal'> & Ending): Promise<Bought>

  order(of: OrderOf & Ending): Promise<Answer<Order>>
  // Until nothing happens to it any more: its last state, or the refusal when there is no such order.
  watchOrder(of: Omit<Watch, 'signal' | 'server'> & Ending): ReturnType<typeof watchOrder>
  cancel(of: OrderOf & Ending): Promise<Answer<Order>>
  // What is paid already is refused as `order-not-pending`, also when only the answer was lost.
  pay(of: OrderOf & { sandbox?: 'pay' | 'fail' | 'wait' } & Ending): Promise<Answer<Payment>>
}

export interface Ending {
  signal?: AbortSignal
}

export interface Time {
  now: string
  epochMs: number
}

export interface Credentials {
  name: string
  password: string
}

export interface Entering {
  saleId: string
  sessionToken: string
  prove?: Prove
}

export interface OrderOf {
  orderId: string
  saleId: string
  token: string // purchase token or session
}

export const seckillClient = (options: SeckillClientOptions): SeckillClient => {
  const server = {
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    fetch: options.fetch ?? HERE.fetch,
  }
  const asked = ({ signal }: Ending = {}): Question => ({ server, signal: signal ?? NEVER })
  const orderPath = ({ orderId, saleId }: OrderOf, what = '') =>
    `/api/orders/${orderId}${what}?saleId=${saleId}`
  return {
    sales: (of) => insist('/api/sales', asked(of)),
    sale: (saleId, of) => insist(`/api/sales/${saleId}`, asked(of)),
    ...timeFrom(asked),
    ...accountsAt(asked),
    enter: (of) => enter(asked(of), of),
    buy: (of) => buy(server, { ...of, signal: of.signal ?? NEVER }),
    order: (of) => insist(orderPath(of), { ...asked(of), token: of.token }),
    watchOrder: (of) => watchOrder({ ...of, server, signal: of.signal ?? NEVER }),
    cancel: (of) => post(orderPath(of, '/cancel'), { ...asked(of), token: of.token }),
    pay({ sandbox, ...of }) {
      const body = sandbox && { sandbox }
      return post(orderPath(of, '/payment'), { ...asked(of), token: of.token, body })
    },
  }
}

const { signal: NEVER } = new AbortController()

type Asked = (of?: Ending) => Question

const PAUSE_MS_MAX = 60_000 // a longer pause is several: no clock is exact, and no timer knows more than 24 days

const timeFrom = (asked: Asked) => {
  const clock = serverClock(() => performance.now())
  const time = (of?: Ending): Promise<Answer<Time>> => insist('/api/time', asked(of))
  const synchronise = (of?: Ending) =>
    clock.synchronise(async () => {
      const answer = await ask<Time>('/api/time', asked(of))
      return answer.ok ? answer.body.epochMs : undefined
    })
  return {
    time,
    synchronise,
    serverClock: { nowMs: () => clock.nowMs() },
    async untilStart({ startsAt }: Pick<Sale, 'startsAt'>, of?: Ending) {
      for (;;) {
        if (!(await synchronise(of))) await time(of) // until it answers
        const leftMs = Date.parse(startsAt) - (clock.nowMs() ?? -Infinity)
        if (leftMs <= 0) return
        await wait(Math.min(leftMs, PAUSE_MS_MAX), asked(of).signal)
      }
    },
  }
}

const accountsAt = (asked: Asked) => {
  const signIn = ({ name, password, ...of }: Credentials & Ending): Promise<Answer<Session>> =>
    insist('/api/sessions', { ...asked(of), method: 'POST', body: { name, password } })
  return {
    signIn,
    signOut: ({ sessionToken, ...of }: { sessionToken: string } & Ending) =>
      insist<undefined>('/api/sessions/current', {
        ...asked(of),
        method: 'DELETE',
        token: sessionToken,
      }),
    // Whoever got no answer the first time may have the name already: then signing in is enough.
    async signUp({ name, password, ...of }: Credentials & Ending): Promise<Answer<Session>> {
      const question = { ...asked(of), method: 'POST', body: { name, password } } as const
      let isMaybeOurs = false
      for (let tries = 0; ; tries += 1) {
        const made = await ask<object>('/api/buyers', question)
        const isMade = made.ok || (made.code === 'name-taken' && isMaybeOurs)
        if (isMade) return signIn({ name, password, ...of })
        if (!isPassing(made)) return made
        isMaybeOurs ||= made.status === 0
        await pauseAfter(made)(waitMs(made, tries, Math.random()), question.signal)
      }
    },
  }
}

const enter = async (question: Question, of: Entering): Promise<Answer<Entry>> => {
  const { saleId, sessionToken: token, prove = solve } = of
  const entering = { ...question, method: 'POST', token } as const
  const path = `/api/sales/${saleId}/entries`
  const answer = await insist<Entry>(path, entering)
  if (answer.ok || answer.code !== 'challenge-required') return answer
  const proved = await passOf({ ...question, saleId, token, prove })
  return 'pass' in proved
    ? insist(path, { ...entering, pass: proved.pass })
    : { ...answer, ...proved }
}

// Asks again also while the order is in transit, which is a moment too early; not where payments are off.
const post = async <Body>(path: string, question: Question): Promise<Answer<Body>> => {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask<Body>(path, { ...question, method: 'POST' })
    if (answer.ok || answer.code === 'payments-off') return answer
    if (!isPassing(answer) && answer.code !== 'order-in-transit') return answer
    await pauseAfter(answer)(waitMs(answer, tries, Math.random()), question.signal)
  }
}
