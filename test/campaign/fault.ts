// What can be broken on purpose. A fault says what it touches, so that two at once never meet on one part,
// and its `begin` gives back what heals it. Everything left to chance is drawn from the fault's own seed.

import type { Chance } from '../simulation/chance.ts'
import type { Field } from './field.ts'

export interface Fault {
  name: string
  touches: readonly Part[]
  // While it lasts, nothing can be sold by design: how long it was held is not counted as closed.
  shuts?: true
  holdMs: [least: number, most: number]
  begin(field: Field, chance: Chance): Promise<Heal>
}

export type Heal = () => Promise<void>

// In the order in which they begin; they are healed the other way round, so that a process that is
// started again finds its servers, and an operator who insists a gateway.
export const PARTS = [
  'buyers',
  'operators',
  'payment',
  'gateway',
  'worker',
  'keeper',
  'redis',
  'kafka',
  'mysql',
] as const

export type Part = (typeof PARTS)[number]

export const nothingToHeal: Heal = () => Promise.resolve()
