// Sending over a bounded number of connections: whatever happens to a question is a reply, and nothing
// is ever sent twice.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import { type Reply, sender as newSender } from '../../src/load/buyers/send.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const CONNECTIONS = 2

// What these questions are answered by such a server, and how many it saw.
const ask = async (questions: number, answer: Answer) => {
  let seen = 0
  const server = createServer((request, response) => {
    seen += 1
    answer(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const sender = newSender(`http://127.0.0.1:${port}`, CONNECTIONS)
  const question = { method: 'POST', path: '/here', token: 'secret' } as const
  try {
    const replies = Array.from({ length: questions }, () => sender.send(question))
    assert.equal(sender.waiting(), questions)
    return { replies: await Promise.all(replies), seen }
  } finally {
    await sender.close()
    server.close()
  }
}

const only = async (answer: Answer): Promise<Reply> => (await ask(1, answer)).replies[0]!

suite('a sender', () => {
  test('has no more on their way at once than it has connections, and sends all', async () => {
    let open = 0
    let most = 0
    const { replies, seen } = await ask(9, (_, response) => {
      most = Math.max(most, (open += 1))
      setImmediate(() => {
        open -= 1
        response.end('{"code":"sold-out"}')
      })
    })
    assert.equal(seen, 9)
    assert(most <= CONNECTIONS, String(most))
    assert(replies.every(({ body }) => body.code === 'sold-out'))
    assert(replies.every(({ sentAtMs, atMs }) => sentAtMs <= atMs))
  })

  test('shows who asks, and reads when to come back', async () => {
    const reply = await only((request, response) => {
      assert.equal(request.headers.authorization, 'Bearer secret')
      response.writeHead(503, { 'retry-after': '3' }).end('{"code":"busy"}')
    })
    assert.deepEqual([reply.status, reply.retryAfterMs, reply.fault], [503, 3000, ''])
  })

  test('a socket that is closed without an answer is a reply, and nothing is sent again', async () => {
    const { replies, seen } = await ask(1, (request) => request.socket.destroy())
    assert.deepEqual([replies[0]!.status, replies[0]!.fault, seen], [0, 'socket closed', 1])
  })

  test('an answer that cannot be read says so', async () => {
    const { status, fault } = await only((_, response) => response.end('<html>'))
    assert.deepEqual([status, fault], [200, 'not JSON'])
  })

  test('a server that is not there is a reply as well', async () => {
    const sender = newSender('http://127.0.0.1:1', 1)
    const { status, fault } = await sender.send({ method: 'GET', path: '/', token: 't' })
    await sender.close()
    assert.deepEqual([status, fault], [0, 'no connection'])
  })
})
