// The port of a process when it closes: nobody else comes in, and whoever has asked is answered.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { openDoor, takeOver } from '../../src/gateway/door.ts'

const REQUEST = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n'
const CLOSES_WITHIN_MS = 1500 // though connections stay open

const openPort = async () => {
  const door = await openDoor({ host: '127.0.0.1', port: 0, version: '0' })
  takeOver(door.server, { request: (_request, response) => response.end('answered') })
  const ask = async () => {
    const socket = connect(Number(new URL(door.url).port), '127.0.0.1')
    socket.write(REQUEST)
    assert.match(await nextOf(socket), /answered/)
    return socket
  }
  return { door, ask }
}

const nextOf = async (socket: NodeJS.ReadableStream): Promise<string> => {
  const [said] = await once(socket, 'data')
  return String(said)
}

test('who asks on an open connection as the port closes is answered', async () => {
  const { door, ask } = await openPort()
  const socket = await ask()
  socket.write(REQUEST)
  const answer = nextOf(socket)
  await door.close()
  assert.match(await answer, /answered/)
})

test('a connection on which nobody asks does not keep the port open', async () => {
  const { door, ask } = await openPort()
  const socket = await ask()
  const ended = once(socket, 'close')
  const startMs = performance.now()
  await door.close()
  await ended
  assert(performance.now() - startMs < CLOSES_WITHIN_MS)
  await assert.rejects(fetch(door.url))
})
