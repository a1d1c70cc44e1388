// A commit stands in line like everybody else: behind those who were there before, and before all others.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { test } from 'node:test'
import { inLine } from '../../src/adapters/sqlite/database/in-line.ts'
import { eventually } from '../support/engine.ts'

const CROWD = 1100 // more than libuv takes at once: 1024

test('a call comes before those who come after it, however many they are', async () => {
  const line = inLine()
  const heard: string[] = []
  let accepted = 0
  const server = createServer((socket) => {
    accepted += 1
    socket.once('data', () => {
      if (heard.length === 0) {
        line.call(() => heard.push('call'))
        for (const other of sockets.slice(CROWD)) other.write('later')
      }
      heard.push('somebody')
      socket.end()
    })
  })
  server.listen({ host: '127.0.0.1', port: 0, backlog: 2 * CROWD })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sockets = Array.from({ length: 2 * CROWD }, () => connect(port, '127.0.0.1'))
  await eventually(
    async () => accepted,
    (count) => count === sockets.length,
  )
  const closed = sockets.map((socket) => once(socket.resume(), 'close'))
  for (const socket of sockets.slice(0, CROWD)) socket.write('first')
  await Promise.all(closed)
  server.close()
  line.close()
  const place = heard.indexOf('call')
  assert(place > 0 && place < 1.5 * CROWD, `in place ${place} of ${sockets.length}`)
})

test('calls come in their order, each after all that the one before it has set off', async () => {
  const line = inLine()
  const came: string[] = []
  const done = Promise.withResolvers<void>()
  line.call(() => {
    came.push('first')
    void Promise.resolve()
      .then(() => undefined)
      .then(() => came.push('what it set off'))
    line.call(() => done.resolve(void came.push('third')))
  })
  line.call(() => came.push('second'))
  assert.deepEqual(came, [], 'none at once')
  await done.promise
  line.close()
  assert.deepEqual(came, ['first', 'what it set off', 'second', 'third'])
})
