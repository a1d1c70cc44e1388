// What a seed draws: which faults, in which order, which two of them at once, for how long each is held and
// what each has to draw from itself. The same seed draws the same, however fast the machine is; how far a
// campaign comes in its time is not drawn, nor is what threads and processes make of it.

import { chance, type Chance } from '../simulation/chance.ts'
import type { Fault } from './fault.ts'

export interface Turn {
  pauseMs: number // before it, with nothing broken
  drawn: Drawn[] // one or two, in the order in which they begin
}

export interface Drawn {
  name: string
  holdMs: number
  seed: number // of what the fault itself leaves to chance
}

type Drawable = Pick<Fault, 'name' | 'touches' | 'holdMs'>

const PAUSE_MS = [300, 1500] as const
const TWO_AT_ONCE_SHARE = 0.25

// Without end. From a deck that is shuffled anew when it is empty, so that each fault has its turn before
// any has two.
export function* schedule(seed: number, faults: readonly Drawable[]): Generator<Turn, never> {
  const random = chance(seed)
  let deck: Drawable[] = []
  for (;;) {
    if (deck.length === 0) deck = shuffled(faults, random)
    const [first] = deck.splice(0, 1)
    const beside = deck.findIndex(
      ({ touches }) => !touches.some((part) => first!.touches.includes(part)),
    )
    const isTwo = random.happens(TWO_AT_ONCE_SHARE) && beside >= 0
    const chosen = [first!, ...(isTwo ? deck.splice(beside, 1) : [])]
    yield { pauseMs: between(PAUSE_MS, random), drawn: chosen.map((one) => draw(one, random)) }
  }
}

const draw = ({ name, holdMs }: Drawable, random: Chance): Drawn => ({
  name,
  holdMs: between(holdMs, random),
  seed: random.below(2 ** 31),
})

const between = ([least, most]: readonly [number, number], random: Chance): number =>
  least + random.below(most - least + 1)

const shuffled = <Item>(items: readonly Item[], random: Chance): Item[] => {
  const left = [...items]
  return items.map(() => left.splice(random.below(left.length), 1)[0]!)
}
