// Buys one unit of a sale from Node, as somebody new: signs up, enters, waits for the start, buys, and waits
// until the order is paid. A real buyer pays where `payUrl` says; play money needs nobody.
//
//   node client/examples/buy.ts http://127.0.0.1:3000 7

import { seckillClient } from '../seckill-client.ts'
import type { Order } from '../shapes.ts'

const [baseUrl = 'http://127.0.0.1:3000', saleId = '1'] = process.argv.slice(2)
const client = seckillClient({ baseUrl })

const sale = await client.sale(saleId)
if (!sale.ok) throw new Error(`no sale ${saleId}: ${sale.code}`)

const account = { name: `buyer ${crypto.randomUUID()}`, password: crypto.randomUUID() }
const session = await client.signUp(account)
if (!session.ok) throw new Error(`no account: ${session.code}`)
const { sessionToken } = session.body

const entry = await client.enter({ saleId, sessionToken })
const purchaseToken = entry.ok ? entry.body.purchaseToken : undefined
if (purchaseToken === undefined) throw new Error(`not admitted: ${JSON.stringify(entry)}`)

console.log(`waiting for ${sale.body.startsAt}`)
await client.untilStart(sale.body)

const waiting = (outcome: string, ms: number) => console.log(`${outcome}: again in ${ms} ms`)
const { outcome, orderId } = await client.buy({ saleId, purchaseToken, waiting })
if (orderId === undefined) throw new Error(`not bought: ${outcome}`)
console.log(`${outcome}: order ${orderId}`)

const order = { orderId, saleId, token: purchaseToken }
const payment = await client.pay(order)
if (payment.ok && payment.body.payUrl) console.log(`pay at ${payment.body.payUrl}`)

const seen = ({ status }: Order) => console.log(`order ${orderId} is ${status}`)
await client.watchOrder({ ...order, seen })
