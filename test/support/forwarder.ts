// A port of this machine behind which another one stands, from the moment on when it is opened: a server
// that is not there yet, for whoever was told of this port only.

import { connect, createServer, type Socket } from 'node:net'
import { freePort } from './free-port.ts'

export interface Forwarder extends AsyncDisposable {
  port: number
  open(): Promise<void>
}

export const forwarder = async ({ to }: { to: number }): Promise<Forwarder> => {
  const port = await freePort()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const behind = connect(to, '127.0.0.1')
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  return {
    port,
    open: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
