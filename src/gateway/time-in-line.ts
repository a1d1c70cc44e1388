// How long whoever is heard now has waited for it. A message to this very process stands in line with the
// sockets that can be read, so it is heard when they are: for as long as it waits, they do. Timers tell less:
// while sockets come in by the thousand libuv reads on, up to 48 times, before it looks at a timer, and most
// whom it hears then came in the meantime.
// https://github.com/libuv/libuv/blob/v1.x/src/unix/linux.c (uv__io_poll)

import { MessageChannel } from 'node:worker_threads'

export interface TimeInLine extends Disposable {
  ms(): number
}

const EVERY_MS = 5 // while somebody asks
const OLD_MS = 100 // what was so then says nothing any more

// `nowMs` is of the clock of durations.
export const timeInLine = (nowMs: () => number): TimeInLine => {
  const { port1: here, port2: line } = new MessageChannel()
  let sentAtMs: number | undefined // of the one that stands in line
  let heardAtMs = -Infinity
  let waitedMs = 0
  line.on('message', () => {
    heardAtMs = nowMs()
    waitedMs = heardAtMs - sentAtMs!
    sentAtMs = undefined
  })
  return {
    ms() {
      const atMs = nowMs()
      const knownMs = atMs - heardAtMs < OLD_MS ? waitedMs : 0
      if (sentAtMs !== undefined) return Math.max(knownMs, atMs - sentAtMs)
      if (atMs - heardAtMs >= EVERY_MS) {
        sentAtMs = atMs
        here.postMessage(undefined)
      }
      return knownMs
    },
    [Symbol.dispose]: () => line.close(),
  }
}
