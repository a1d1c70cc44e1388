// The generator counts every answer once, in however many pieces it comes.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import { sendAll } from '../../bench/load/send-all.ts'

const ANSWER = 'HTTP/1.1 409 Conflict\r\ncontent-length: 5\r\nx: y\r\n\r\nhello'
const REQUESTS = ['a', 'b', 'c'].map((text) => Buffer.from(text))

const serverOf = async (answer: (socket: Socket, asked: string) => void): Promise<Server> => {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', (bytes) => answer(socket, bytes.toString()))
    socket.on('error', () => undefined)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}

const send = (server: Server, count: number) =>
  sendAll({
    port: (server.address() as AddressInfo).port,
    requests: REQUESTS,
    from: 1,
    count,
    connections: 2,
  })

test('answers that come in pieces are counted once, and requests go round', async () => {
  const asked: string[] = []
  await using server = await serverOf((socket, text) => {
    asked.push(text)
    socket.write(ANSWER.slice(0, 30))
    setImmediate(() => socket.write(ANSWER.slice(30)))
  })
  const { statuses, startedAt, endedAt, idleMs } = await send(server, 7)
  assert.deepEqual(statuses, { 409: 7 })
  assert.equal(asked.toSorted().join(''), 'aabbbcc')
  assert(idleMs >= 0 && idleMs <= endedAt - startedAt)
})

test('a connection that ends before its answer fails the measurement', async () => {
  await using server = await serverOf((socket) => socket.destroy())
  await assert.rejects(send(server, 4))
})
