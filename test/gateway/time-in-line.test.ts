// How long whoever is heard now has waited: by a message that stands in line with everybody else.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { timeInLine } from '../../src/gateway/time-in-line.ts'
import { eventually } from '../support/engine.ts'

const nowMs = () => performance.now()

const work = (ms: number) => {
  const untilMs = nowMs() + ms
  while (nowMs() < untilMs);
}

const set = () => {
  const time = { nowMs: 1000 }
  return { time, inLine: timeInLine(() => time.nowMs) }
}

// Whatever stood in line is heard.
const turns = async () => {
  for (let turns = 0; turns < 3; turns += 1) await turn()
}

test('while a message stands in line it grows, and then it is what it was', async () => {
  const { time, inLine } = set()
  assert.equal(inLine.ms(), 0, 'nobody is in line')
  time.nowMs += 300
  assert.equal(inLine.ms(), 300)
  await turns()
  assert.equal(inLine.ms(), 300)
  time.nowMs += 4
  assert.equal(inLine.ms(), 300)
  inLine[Symbol.dispose]()
})

test('what was long ago says nothing any more, also while another message is in line', async () => {
  const { time, inLine } = set()
  inLine.ms()
  time.nowMs += 900
  await turns()
  assert.equal(inLine.ms(), 900)
  time.nowMs += 10_000
  assert.deepEqual([inLine.ms(), inLine.ms()], [0, 0])
  inLine[Symbol.dispose]()
})

test('of a crowd that comes at once, the later ones see how long they have waited', async () => {
  const seenMs: number[] = []
  using inLine = timeInLine(nowMs)
  const server = createServer((_request, response) => {
    seenMs.push(inLine.ms())
    work(2)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'))
  await eventually(promisify(server.getConnections.bind(server)), (count) => count === 100)
  const answered = sockets.map(async (socket) => {
    socket.write('GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n')
    await once(socket, 'data')
    socket.destroy()
  })
  await Promise.all(answered)
  server.close()
  assert.equal(seenMs[0], 0)
  assert(Math.max(...seenMs) > 20, `${Math.max(...seenMs)} ms of 200`)
})
