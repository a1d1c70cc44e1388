// The closed loop against servers that answer in every way they can: whole, in pieces, with a closed
// socket, or without a length.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { suite, test } from 'node:test'
import { nowMs } from '../../src/load/clocks.ts'
import { addCounts, type Counts } from '../../src/load/counts/count.ts'
import { answerLength, answerOutcome } from '../../src/load/saturation/answer.ts'
import { closedLoop } from '../../src/load/saturation/closed-loop.ts'

const problem = (status: number, code: string) => {
  const body = JSON.stringify({ status, code })
  return `HTTP/1.1 ${status} x\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

const FOR_MS = 300

// Everything that was answered by a server that does this with each attempt.
const loopAgainst = async (answer: (socket: Socket, count: number) => void) => {
  let count = 0
  const asked = new Set<string>()
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      asked.add(/bearer (\w+)/i.exec(bytes.toString())![1]!)
      answer(socket, (count += 1))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const fromMs = nowMs()
  const times = { fromMs, untilMs: fromMs + FOR_MS }
  try {
    const tokens = ['one', 'two', 'three']
    const tally = await closedLoop({ url, saleId: '7', tokens, connections: 2, ...times })
    const outcomes: Counts = new Map()
    for (const counts of tally.timeline.outcomes.values()) addCounts(outcomes, counts)
    return { outcomes: Object.fromEntries(outcomes), faults: tally.faults, asked, count }
  } finally {
    server.close()
  }
}

suite('a closed loop', () => {
  test('asks with every token in turn and counts every answer', async () => {
    const said = problem(409, 'sold-out')
    const { outcomes, faults, asked, count } = await loopAgainst((socket) => socket.write(said))
    assert.deepEqual(outcomes, { 'sold-out': count })
    assert.equal(faults.size, 0)
    assert.deepEqual([...asked].sort(), ['one', 'three', 'two'])
  })

  test('reads answers that come in pieces', async () => {
    const { outcomes, count } = await loopAgainst((socket) => {
      const said = problem(503, 'rebuilding')
      socket.write(said.slice(0, 20))
      setTimeout(() => socket.write(said.slice(20)), 5)
    })
    assert.deepEqual(outcomes, { rebuilding: count })
  })

  test('counts a socket that is closed without an answer, and goes on', async () => {
    const said = problem(409, 'sold-out')
    const { outcomes, faults, count } = await loopAgainst((socket, at) =>
      at === 3 ? socket.destroy() : socket.write(said),
    )
    assert.equal(outcomes['sold-out'], count - 1)
    assert.equal(
      [...faults.values()].reduce((sum, times) => sum + times, 0),
      1,
    )
  })

  test('ends when answers have no length', async () => {
    const said = 'HTTP/1.1 200 OK\r\n\r\n'
    await assert.rejects(
      loopAgainst((socket) => socket.write(said)),
      /without a content-length/,
    )
  })
})

suite('an answer', () => {
  test('is as long as it says, once its head is there', () => {
    const bytes = Buffer.from(problem(409, 'sold-out'))
    assert.equal(answerLength(bytes), bytes.length)
    assert.equal(answerLength(bytes.subarray(0, 10)), undefined)
  })

  test('gives its outcome away by its status, or says it', () => {
    assert.equal(answerOutcome(Buffer.from(problem(202, 'x'))), 'accepted')
    assert.equal(answerOutcome(Buffer.from(problem(403, 'not-started'))), 'not-started')
    assert.equal(answerOutcome(Buffer.from(problem(503, 'paused'))), 'paused')
    assert.equal(answerOutcome(Buffer.from('HTTP/1.1 502 x\r\n\r\n')), 'HTTP 502')
  })
})
