// Calls that stand in line with the sockets that can be read: each comes when those have been read that
// were in front of it. `setImmediate` comes later: while sockets come in by the thousand libuv reads on, up
// to 48 times, before it. https://github.com/libuv/libuv/blob/v1.x/src/unix/linux.c (uv__io_poll)

import { MessageChannel } from 'node:worker_threads'

export interface InLine {
  call(then: () => void): void // in the order of the calls; never at once
  close(): void // what is in line is not called any more
}

export const inLine = (): InLine => {
  const { port1: here, port2: line } = new MessageChannel()
  const waiting: (() => void)[] = []
  line.on('message', () => {
    const then = waiting.shift()
    if (waiting.length === 0) line.unref()
    then?.()
  })
  line.unref() // the process may end while nobody is in line
  return {
    call(then) {
      line.ref()
      waiting.push(then)
      here.postMessage(undefined)
    },
    close: () => line.close(),
  }
}
