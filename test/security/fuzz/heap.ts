// How much a program that runs with `--inspect` holds in memory, once it has thrown away what it need not.

import { once } from 'node:events'

// In bytes, with what lies outside of the heap of JavaScript.
export const heapBytes = async (output: string): Promise<number> => {
  const [, url] = /Debugger listening on (ws:\S+)/.exec(output) ?? []
  const socket = new WebSocket(url!)
  await once(socket, 'open')
  const ask = async (method: string): Promise<Record<string, number>> => {
    socket.send(JSON.stringify({ id: 1, method }))
    for (;;) {
      const [{ data }] = (await once(socket, 'message')) as [{ data: string }]
      const { id, result } = JSON.parse(data)
      if (id === 1) return result
    }
  }
  await ask('HeapProfiler.collectGarbage')
  const { usedSize = 0, backingStorageSize = 0 } = await ask('Runtime.getHeapUsage')
  const closed = once(socket, 'close')
  socket.close()
  await closed
  return usedSize + backingStorageSize
}
