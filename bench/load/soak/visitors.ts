// The visitors of a soak, a program of its own: beside the crowd that only attempts, they do all else that
// people do, at planned instants however slow the answers are. One sale after the other is made for them,
// sold, looked at, partly given up and closed; they watch their orders, sign up, sign in and out.

import { setTimeout as sleep } from 'node:timers/promises'
import { answerJobs } from '../ask-child.ts'
import { type Asking, asking } from './asking.ts'
import type { VisitorsJob, VisitorsReport } from './visitors-job.ts'

answerJobs((job: VisitorsJob): Promise<VisitorsReport> => visit(job))

const UNDER_WAY_MAX = 500
const STOCK = 200
const BUYERS = 400 // of each sale
const STREAM_MS = 1000
const ACCOUNT_EVERY = 50 // visits: hashing a password takes long on purpose

interface SaleNow {
  saleId: string
  tokens: string[]
  next: number // whose turn it is
}

const visit = async (job: VisitorsJob): Promise<VisitorsReport> => {
  const ask = asking(job)
  const report = { sales: 0, visits: 0, dropped: 0, streams: 0 }
  const first = await newSale(ask, 0)
  if (!first) throw new Error(`no sale could be made: ${JSON.stringify(ask.outcomes())}`)
  let sale = first
  let underWay = 0
  const begin = (number: number) => {
    if (underWay >= UNDER_WAY_MAX) return void (report.dropped += 1)
    report.visits += 1
    underWay += 1
    const visiting =
      number % ACCOUNT_EVERY === 0
        ? useAccount(ask, `${job.seed}-${number}`)
        : buy(ask, sale, report)
    void visiting.finally(() => (underWay -= 1))
  }
  const renew = async () => {
    const next = await newSale(ask, (report.sales += 1))
    if (!next) return // refused, and counted: visitors go on with the sale that they have
    const before = sale
    sale = next
    await ask.operate('close', `/api/admin/sales/${before.saleId}/close`, {})
  }

  const beganMs = performance.now()
  const cpu = process.cpuUsage()
  let renewedMs = beganMs
  let renewing = Promise.resolve()
  for (let number = 1; ; number += 1) {
    const plannedMs = beganMs + (number / job.perSecond) * 1000
    if (plannedMs > beganMs + job.forMs) break
    const waitMs = plannedMs - performance.now()
    if (waitMs > 1) await sleep(waitMs)
    begin(number)
    if (performance.now() < renewedMs + job.newSaleEveryMs) continue
    renewedMs = performance.now()
    renewing = renewing.then(renew)
  }
  await renewing
  while (underWay > 0) await sleep(10)
  const { user, system } = process.cpuUsage(cpu)
  await ask.stop()
  const busyShare = (user + system) / 1000 / (performance.now() - beganMs)
  return { ...report, outcomes: ask.outcomes(), busyShare: Math.round(busyShare * 1000) / 1000 }
}

// Its buyers are nobody's that came before.
const newSale = async (ask: Asking, number: number): Promise<SaleNow | undefined> => {
  const saleId = await ask.makeSale(STOCK)
  if (saleId === undefined) return undefined
  const first = FIRST_BUYER + number * BUYERS
  const buyers = Array.from({ length: BUYERS }, (_, at) => String(first + at))
  const path = `/api/admin/sales/${saleId}/tokens`
  const { tokens } = await ask.operate('tokens', path, { buyers })
  return tokens && { saleId, tokens: tokens.map(({ purchaseToken }) => purchaseToken), next: 0 }
}

const FIRST_BUYER = 5_000_000_000

// One buyer after the other; when all have come, the first come again and are told what they have. Of three
// orders one is looked at, one watched and one given up.
const buy = async (ask: Asking, sale: SaleNow, report: { streams: number }): Promise<void> => {
  const token = sale.tokens[sale.next % sale.tokens.length]!
  sale.next += 1
  const path = `/api/sales/${sale.saleId}/attempts`
  const { orderId } = await ask.buyer('attempt', 'POST', path, token)
  if (orderId === undefined) return
  const order = `/api/orders/${orderId}`
  const turn = Number(BigInt(orderId) % 3n)
  if (turn === 0) await ask.buyer('order', 'GET', order, token)
  if (turn === 1) {
    report.streams += 1
    await ask.watch(`${order}/events`, token, STREAM_MS)
  }
  if (turn === 2) await ask.buyer('cancel', 'POST', `${order}/cancel`, token)
}

const useAccount = async (ask: Asking, name: string): Promise<void> => {
  const account = { name: `visitor-${name}`, password: 'a long enough password' }
  await ask.anybody('sign-up', '/api/buyers', account)
  const { sessionToken } = await ask.anybody('sign-in', '/api/sessions', account)
  if (sessionToken === undefined) return
  await ask.buyer('orders', 'GET', '/api/orders', sessionToken)
  await ask.buyer('sign-out', 'DELETE', '/api/sessions/current', sessionToken)
}
