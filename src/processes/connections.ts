// Asks everything this process needs somewhere else whether it answers, so that the process is not taken
// for one that works while it cannot.

import { startLoop } from '../workers/loop.ts'
import { failing, logFailures, type Role, type RoleOptions } from './role.ts'
import type { Wired } from './wire.ts'

const EVERY_MS = 1000

export const watchConnections = (options: RoleOptions, connections: Wired['connections']): Role => {
  const loops = Object.entries(connections).map(([name, ask]) =>
    startLoop({
      name,
      idleMs: EVERY_MS,
      clock: options.ports.clock,
      failed: logFailures(options, name),
      async step() {
        await ask()
        return false
      },
    }),
  )
  return {
    unready: () => failing(loops),
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}
