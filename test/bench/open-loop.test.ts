// Open loop: what was planned is sent when it was planned, counted from there, and never left out of the
// count.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import { type OpenLoop, openLoop } from '../../bench/load/open-loop/open-loop.ts'
import { openLoopReport } from '../../bench/load/open-loop/report.ts'

const SOLD_OUT = 'HTTP/1.1 409 Conflict\r\ncontent-length: 2\r\n\r\n{}'
const BUSY =
  'HTTP/1.1 503 Service Unavailable\r\nretry-after: 0\r\ncontent-length: 15\r\n\r\n{"code":"busy"}'

const serverOf = async (answer: (socket: Socket, asked: number) => void): Promise<Server> => {
  let asked = 0
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', () => answer(socket, (asked += 1)))
    socket.on('error', () => undefined)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}

const ask = async (server: Server, of: Partial<OpenLoop>) => {
  const tally = await openLoop({
    port: (server.address() as AddressInfo).port,
    requests: [Buffer.from('one'), Buffer.from('other')],
    from: 0,
    connections: 4,
    beginsAtMs: 0,
    phases: [{ perSecond: 100, forMs: 200 }],
    comesBack: false,
    patienceMs: 5000,
    withinMs: 5000,
    ...of,
  })
  return openLoopReport(tally)
}

test('as many are sent as were planned, each answer counted once', async () => {
  await using server = await serverOf((socket) => socket.write(SOLD_OUT))
  const report = await ask(server, {
    phases: [
      { perSecond: 100, forMs: 100 },
      { perSecond: 300, forMs: 100 },
    ],
  })
  assert.deepEqual(report.outcomes, { 'sold-out': 40 })
  assert.equal(report.sent, 40)
  assert.equal(report.firstAnswers?.count, 40)
  assert.equal(report.unanswered + report.dropped + report.closedAsked, 0)
  const counted = report.tenths.map(({ outcomes }) => outcomes['sold-out'] ?? 0)
  assert.equal(
    counted.reduce((sum, one) => sum + one),
    40,
  )
})

test('who is told to come again comes again, and the final answer counts from the first plan', async () => {
  await using server = await serverOf((socket, asked) => {
    socket.write(asked <= 20 ? BUSY : SOLD_OUT)
  })
  const report = await ask(server, { comesBack: true })
  assert.deepEqual(report.outcomes, { busy: 20, 'sold-out': 20 })
  assert.equal(report.firstAnswers?.count, 20)
  assert.equal(report.finalAnswers?.count, 20)
})

test('a server that answers one at a time makes all later ones wait, and their latency says so', async () => {
  const waiting: Socket[] = []
  await using server = await serverOf((socket) => void waiting.push(socket))
  const answering = setInterval(() => waiting.shift()?.write(SOLD_OUT), 20)
  const report = await ask(server, { connections: 1 })
  clearInterval(answering)
  assert.deepEqual(report.outcomes, { 'sold-out': 20 })
  assert(report.firstAnswers!.max > 150, `${report.firstAnswers!.max} ms`)
  assert(report.firstAnswers!.max > report.onConnection!.max)
})

test('who finds no connection in time is dropped, and counted', async () => {
  await using server = await serverOf((socket, asked) => {
    if (asked > 1) return
    setTimeout(() => socket.write(SOLD_OUT), 300)
  })
  const report = await ask(server, { connections: 1, patienceMs: 0 })
  assert.equal(report.sent, 1)
  assert.equal(report.dropped, 19)
})

test('a connection that ends without the answer is counted, and another one is opened', async () => {
  await using server = await serverOf((socket, asked) => {
    if (asked === 1) socket.destroy()
    else socket.write(SOLD_OUT)
  })
  const report = await ask(server, { connections: 1 })
  assert.equal(report.closedAsked, 1)
  assert.deepEqual(report.outcomes, { 'sold-out': 19 })
})
