// One sale behind one button: opens it at the server's start, buys at a click, and says what came of it. It
// ends with its signal.

import type { PurchaseToken } from '../../client/buy.ts'
import type { Bought } from '../../client/purchase.ts'
import { saleStatus } from '../../client/sale-status.ts'
import { type SeckillClient, seckillClient } from '../../client/seckill-client.ts'
import type { Sale, SaleStatus } from '../../client/shapes.ts'
import { keepSale, keepTime } from './keep.ts'
import { enable, isEnabled, type Parts, write } from './parts.ts'
import { timeLeft } from './time-left.ts'
import type { Words } from './words.ts'

export interface Selling {
  saleId: string
  baseUrl: string
  units: number
  signal: AbortSignal
  words(): Words // the page may change its language at any time
  purchaseToken(): PurchaseToken | undefined // asked at each click
  bought(result: Bought): void
}

interface State {
  sale: Sale | undefined
  status: SaleStatus | undefined
  buying: AbortController | undefined
  hasTried: boolean
  isOver: boolean // there is an order, or no such sale
  say: (said: Words) => string
}

const TICK_MS = 100

export const sell = (parts: Parts, of: Selling): void => {
  const { saleId, signal } = of
  const client = seckillClient({ baseUrl: of.baseUrl })
  const state: State = {
    sale: undefined,
    status: undefined,
    buying: undefined,
    hasTried: false,
    isOver: false,
    say: () => '',
  }
  const tick = () => {
    const nowMs = client.serverClock.nowMs()
    see(state, state.sale && saleStatus(state.sale, nowMs))
    show(parts, { state, said: of.words(), nowMs })
  }
  const seen = (sale: Sale | undefined) => {
    state.sale = sale
    if (sale !== undefined) return
    state.isOver = true
    state.say = (said) => said.outcome['no-such-sale']
  }
  const click = () => {
    if (isEnabled(parts.button)) void buy(client, { ...of, state, changed: tick })
  }
  parts.button.addEventListener('click', click, { signal })
  parts.stop.addEventListener('click', () => state.buying?.abort(), { signal })
  const timer = setInterval(tick, TICK_MS)
  signal.addEventListener('abort', () => {
    clearInterval(timer)
    state.buying?.abort()
  })
  tick()
  keepTime(client, signal).catch(unlessAborted(signal))
  keepSale(client, { saleId, signal, seen }).catch(unlessAborted(signal))
}

const buy = async (client: SeckillClient, of: Selling & { state: State; changed: () => void }) => {
  const { state } = of
  const buying = new AbortController()
  Object.assign(state, { buying, hasTried: true, say: (said: Words) => said.asking })
  of.changed()
  const result = await resultOf(client, { ...of, signal: buying.signal })
  state.buying = undefined
  if (of.signal.aborted) return
  state.isOver = result?.orderId !== undefined
  state.say = (said) => (result === undefined ? said.stopped : said.outcome[result.outcome])
  of.changed()
  if (result) of.bought(result)
}

// Undefined: it was stopped.
const resultOf = async (
  client: SeckillClient,
  { saleId, units, signal, purchaseToken: ask, state }: Selling & { state: State },
): Promise<Bought | undefined> => {
  const purchaseToken = ask()
  if (purchaseToken === undefined) return { outcome: 'unauthorized' }
  const waiting: NonNullable<Parameters<SeckillClient['buy']>[0]['waiting']> = (outcome, ms) => {
    const seconds = Math.ceil(ms / 1000)
    state.say = (said) => `${said.outcome[outcome]} ${said.againIn(seconds)}`
  }
  try {
    return await client.buy({ saleId, units, signal, purchaseToken, waiting })
  } catch (error) {
    if (signal.aborted) return undefined
    reportError(error) // of the page: it could not get a purchase token
    return { outcome: 'no-answer' }
  }
}

// What is said of a sale stays until the sale is another one.
const see = (state: State, status: SaleStatus | undefined) => {
  const { status: before, buying, isOver } = state
  state.status = status
  if (status === before || status === undefined || buying || isOver) return
  const isOpening = before === 'scheduled' && status === 'open'
  state.say = (said) => {
    if (isOpening) return said.openNow
    return status === 'open' || status === 'scheduled' ? '' : said.outcome[status]
  }
}

interface Seen {
  state: State
  said: Words
  nowMs: number | undefined
}

const show = ({ countdown, button, stop, told }: Parts, { state, said, nowMs }: Seen) => {
  const { buying, isOver, sale, status } = state
  const isAhead = status === 'scheduled' && sale !== undefined && nowMs !== undefined
  const left = () => timeLeft(Date.parse(sale!.startsAt) - nowMs!, said)
  write(countdown, isAhead ? said.startsIn(left()) : '')
  enable(button, !buying && !isOver && (status === 'open' || status === 'sold-out'))
  write(button, labelOf(state, said))
  write(stop, said.stop)
  stop.hidden = buying === undefined
  write(told, state.say(said))
}

const labelOf = ({ buying, hasTried, isOver, sale, status }: State, said: Words): string => {
  if (buying) return said.asking
  if (isOver) return sale ? said.yours : said.label.ended
  if (status === undefined) return said.loading
  return hasTried && status === 'open' ? said.again : said.label[status]
}

const unlessAborted = (signal: AbortSignal) => (error: unknown) => {
  if (!signal.aborted) reportError(error)
}
