// Deletes what is no longer needed, now and then. Several may run: what one has deleted, the others do
// not find.

import { type Forgotten, forgetOld, type KeptFor } from '../flows/operators/forget-old.ts'
import type { Ports } from '../ports/ports.ts'
import { type Loop, type LoopOptions, startLoop } from './loop.ts'

export interface ForgetterOptions {
  ports: Pick<Ports, 'changes' | 'clock' | 'retention'>
  kept: KeptFor
  everyMs: number
  forgotten: (forgotten: Forgotten) => void
  failed: LoopOptions['failed']
}

export const forgetter = ({ ports, kept, everyMs, forgotten, failed }: ForgetterOptions): Loop => {
  const step = async (signal: AbortSignal) => {
    forgotten(await forgetOld(ports, { kept, by: 'keeper', signal }))
    return false
  }
  return startLoop({ name: 'forget', step, idleMs: everyMs, clock: ports.clock, failed })
}
