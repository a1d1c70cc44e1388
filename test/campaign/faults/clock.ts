// The clock of a process is an hour wrong: it jumps, ahead in the first of its role and back in the second,
// and later jumps to what it was. `field.ts` gives every process such a clock.

import type { Fault } from '../fault.ts'
import type { Role } from './processes.ts'

const jumps = (role: Role): Fault => ({
  name: `the clocks of both ${role}s jump by an hour`,
  touches: [role],
  holdMs: [500, 3000],
  async begin({ cluster }) {
    const jump = () => [1, 2].forEach((at) => cluster.kill(`${role}-${at}`, 'SIGUSR2'))
    jump()
    return async () => jump()
  },
})

export const CLOCK_FAULTS: Fault[] = [jumps('gateway'), jumps('worker'), jumps('keeper')]
