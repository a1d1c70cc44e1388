// Tells the others what goes on in this process. Nothing waits for it, and nothing fails with it.

import type { ProcessFigures } from '../domain/figures.ts'
import { startLoop } from '../workers/loop.ts'
import { logFailures, type Role, type RoleOptions } from './role.ts'

const EVERY_MS = 1000

export const tellFigures = (options: RoleOptions, figures: () => ProcessFigures): Role => {
  const { ports } = options
  const loop = startLoop({
    name: 'figures',
    idleMs: EVERY_MS,
    clock: ports.clock,
    failed: logFailures(options, 'figures'),
    async step() {
      await ports.figures.tell(figures())
      return false
    },
  })
  return { unready: () => [], stop: () => loop.stop() }
}
