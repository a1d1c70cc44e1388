// A generator: the program of one process of the herd. It carries out the orders it is sent, one after
// the other, and ends with the process that sent them.

import { answersLog } from '../buyers/answers-log.ts'
import { asking } from '../buyers/asking.ts'
import { newBuyer } from '../buyers/buyer.ts'
import { chanceOfBuyer } from '../buyers/chance.ts'
import { habitsOf } from '../buyers/habits.ts'
import { type Herd, herd as newHerd } from '../buyers/herd.ts'
import { type Fleet, fleet as newFleet, gatewayOf } from '../buyers/fleet.ts'
import { cpuMs } from '../clocks.ts'
import { newTally, type Tally } from '../counts/tally.ts'
import { closedLoop } from '../saturation/closed-loop.ts'
import type { IssuedToken } from '../tokens.ts'
import type { Counted, News, Opening, Order, Progress, Report } from './messages.ts'

const issued: IssuedToken[] = []
let fleet: Fleet
let gateways: number
let opened: { herd: Herd; tally: Tally; count: () => Counted } | undefined

process.once('disconnect', () => process.exit())
process.on('message', (message: Order | News) => {
  if ('order' in message) void answer(message)
  else hear(message)
})

const say = (report: Report) => void process.send!(report)

const answer = async (order: Order) => {
  try {
    say({ report: 'done', answer: await carryOut(order) })
  } catch (error) {
    say({ report: 'failed', why: error instanceof Error ? error.message : String(error) })
  }
}

const carryOut = async (order: Order) => {
  switch (order.order) {
    case 'enlist':
      return void issued.push(...order.issued)
    case 'connect':
      return connect(order)
    case 'open':
      return open(order.opening)
    case 'ask-once-more':
      return opened!.herd.askOnceMore(order.holdersMax)
    case 'count':
      return opened!.count()
    case 'saturate':
      return closedLoop({ ...order.saturation, tokens: issued.map((one) => one.purchaseToken) })
  }
}

const hear = (message: News) => {
  switch (message.news) {
    case 'stock':
      return opened?.herd.see(message.stock)
    case 'over':
      return opened?.herd.over(message)
  }
}

const connect = async ({ urls, connections }: { urls: string[]; connections: number }) => {
  gateways = urls.length
  fleet = newFleet(urls, connections)
  await fleet.open()
}

const PROGRESS_EVERY_MS = 100

const open = async (opening: Opening) => {
  const { saleId, startsAtMs, openedAtMs, clock, seed, spread, partOfHerd, payWithinMs } = opening
  const cpuBeforeMs = cpuMs()
  const tally = newTally(openedAtMs)
  const answers = answersLog(opening.answersFile)
  const buyers = issued.map(({ buyerId, purchaseToken: token }) => {
    const chance = chanceOfBuyer(seed, buyerId)
    const gateway = gatewayOf(buyerId, gateways)
    return newBuyer({ buyerId, token, chance, gateway, habits: habitsOf(opening, chance) })
  })
  const ask = asking({ saleId, startsAtMs, payWithinMs, clock, fleet, spread, tally, answers })
  const herd = newHerd({ buyers, asking: ask, fleet, partOfHerd, payWithinMs })
  const tell = () => say({ report: 'progress', progress: progressOf(herd, tally) })
  const progress = setInterval(tell, PROGRESS_EVERY_MS)
  const count = () => {
    answers.close()
    const unknown = buyers.filter((buyer) => buyer.unknownSinceMs !== undefined).length
    return { tally, unknown, leftInLine: herd.leftInLine(), cpuMs: cpuMs() - cpuBeforeMs }
  }
  opened = { herd, tally, count }
  await herd.open(openedAtMs)
  clearInterval(progress)
}

const progressOf = (herd: Herd, tally: Tally): Progress => ({
  ...herd.counts(),
  sent: Object.values(tally.sent).reduce((sum, times) => sum + times, 0),
  orders: tally.ordersAtMs.length,
  paid: tally.paidAtMs.length,
  gaveBack: tally.gaveBackAtMs.length,
})
