// What a soak reads of a process: what it still holds after a collection, what keeps it awake, and what it
// has open.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readUsage, tellsUsage } from '../../bench/servers/watch-usage.ts'

// It keeps whoever connects and tells him so, and has made more garbage than it holds.
const PROGRAM = `
  let garbage = Array.from({ length: 1e6 }, (_, at) => ({ at }))
  garbage = undefined
  const server = require('node:net').createServer((socket) => socket.write('.'))
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

const SOCKETS = 20

const opened = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'data')
  return socket
}

const portOf = async (child: ChildProcess): Promise<number> =>
  Number(String((await once(child.stdout!, 'data'))[0]))

test('a process tells its connections, open files and what it holds after a collection', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-usage-'))
  const file = join(folder, 'usage')
  const env = { ...process.env, ...tellsUsage(file) }
  const child = spawn(process.execPath, ['-e', PROGRAM], { env })
  const sockets: Socket[] = []
  try {
    const port = await portOf(child)
    const of = { processId: child.pid!, file }
    const before = await readUsage(of)
    assert(before.heapMiB < 16, `${before.heapMiB} MiB`)
    for (let at = 0; at < SOCKETS; at += 1) sockets.push(await opened(port))
    const after = await readUsage(of)
    assert.equal(after.connections - before.connections, SOCKETS)
    assert.equal(after.handles - before.handles, SOCKETS)
    assert.equal(after.files - before.files, SOCKETS)
  } finally {
    for (const socket of sockets) socket.destroy()
    child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
})
