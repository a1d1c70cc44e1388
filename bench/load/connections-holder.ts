// A holder of connections, a program of its own: so many as a process may have. It does what it is asked,
// one after the other; until the connections are let go it looks after them.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { answerJobs } from './ask-child.ts'
import type { ConnectionsJob, ConnectionsReport, OpenJob } from './connections-job.ts'
import { ownAddress } from './open-loop/connections.ts'

const OPENING_MAX = 500 // at once
const ASKS_EVERY_MS = 5000
const TICK_MS = 50
const BYTE_EVERY_MS = 1000
const SLOW_BEGINNING = 'GET /api/time HTTP/1.1\r\nhost: a\r\nx-slow: '

type Kind = keyof ConnectionsReport['closed']

interface Held {
  socket: Socket
  kind: Kind
}

const held = new Set<Held>()
const timers: NodeJS.Timeout[] = []
const report: ConnectionsReport = {
  open: 0,
  asked: 0,
  answered: 0,
  closed: { silent: 0, slow: 0, asking: 0 },
  closedAfterMs: { silent: 0, slow: 0 },
}

answerJobs(async (job: ConnectionsJob): Promise<ConnectionsReport> => {
  if (job.job === 'open') await open(job)
  if (job.job === 'let-go') await letGo()
  return { ...report, open: held.size }
})

const open = async (job: OpenJob) => {
  const kinds: Kind[] = [
    ...Array<Kind>(job.silent).fill('silent'),
    ...Array<Kind>(job.slow).fill('slow'),
    ...Array<Kind>(job.asking).fill('asking'),
  ]
  for (let at = 0; at < kinds.length; at += OPENING_MAX) {
    const some = kinds.slice(at, at + OPENING_MAX)
    await Promise.all(some.map((kind) => openOne(job.port, kind)))
  }
  askInTurn(job.request)
  timers.push(setInterval(sayOneByte, BYTE_EVERY_MS))
}

const openOne = async (port: number, kind: Kind) => {
  const socket = connect({ port, host: '127.0.0.1', localAddress: ownAddress(), noDelay: true })
  const one = { socket, kind }
  socket.once('error', () => undefined) // it closes then
  socket.on('data', () => void (report.answered += kind === 'asking' ? 1 : 0))
  await once(socket, 'connect')
  const openedAt = performance.now()
  held.add(one)
  socket.once('close', () => {
    if (!held.delete(one)) return // let go
    report.closed[kind] += 1
    if (kind === 'asking') return
    const tookMs = performance.now() - openedAt
    report.closedAfterMs[kind] = Math.max(report.closedAfterMs[kind], tookMs)
  })
  if (kind === 'slow') socket.write(SLOW_BEGINNING)
}

const of = (kind: Kind) => [...held].filter((one) => one.kind === kind)

const sayOneByte = () => {
  for (const { socket } of of('slow')) socket.write('x')
}

// Each of them once in a while, one after the other.
const askInTurn = (request: string) => {
  const asking = of('asking')
  const each = (asking.length * TICK_MS) / ASKS_EVERY_MS
  let turn = 0
  const tick = () => {
    const from = Math.floor(turn * each)
    turn += 1
    for (let at = from; at < Math.floor(turn * each); at += 1) {
      const { socket } = asking[at % asking.length]!
      if (!socket.writable) continue
      socket.write(request)
      report.asked += 1
    }
  }
  timers.push(setInterval(tick, TICK_MS))
}

const letGo = async () => {
  for (const timer of timers) clearInterval(timer)
  const sockets = [...held].map(({ socket }) => socket)
  held.clear()
  await Promise.all(
    sockets.map((socket) => {
      const closed = once(socket, 'close')
      socket.destroy()
      return closed
    }),
  )
}
