// A free port may be somebody else's by the time a server listens on it: then it is another one's turn.

import { freePort } from './free-port.ts'

const PORTS_TRIED_MAX = 5

// `begin` rejects with what the server said. Resolves with the port it has.
export const begunSomewhere = async (begin: (port: number) => Promise<void>): Promise<number> => {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort()
    try {
      await begin(port)
      return port
    } catch (error) {
      const isTaken = (error as Error).message.toLowerCase().includes('address already in use')
      if (!isTaken || tries === PORTS_TRIED_MAX) throw error
    }
  }
}
