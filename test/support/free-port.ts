// A port of 127.0.0.1 on which nothing listens. It lies below those that the kernel gives to outgoing
// connections, so that a server which died can have its port again, and nobody who tries to reach it
// meanwhile is connected to himself. Whoever listens on it first has it: a server that came second
// is started again on another.

import { once } from 'node:events'
import { createServer } from 'node:net'

const FIRST = 20_000
const COUNT = 10_000

const given = new Set<number>() // by this process

export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
}

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch {
    return false
  }
}
