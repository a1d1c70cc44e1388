// What goes wrong with whole machines. Every run has a temper of its own: in some the engine stays well,
// so that what only a rebuild would repair is not repaired by one.

import type { Chance } from './chance.ts'
import type { Fleet } from './processes.ts'
import type { World } from './world.ts'

interface Temper {
  failovers: number
  restarts: number
  rejoins: number // of a hundred strikes: how soon an old primary learns that it is one
  crashes: number
  pauses: number
}

const temperOf = (chance: Chance): Temper => ({
  failovers: chance.pick([0, 0, 1, 2]),
  restarts: chance.pick([0, 0, 1]),
  rejoins: chance.pick([3, 12]),
  crashes: chance.pick([5, 15]),
  pauses: chance.pick([5, 15]),
})

// Strikes until the world is healed.
export const unleashChaos = (world: World, fleet: Fleet) => {
  const { chance, scheduler } = world
  const temper = temperOf(chance)
  const strike = () => {
    if (world.isHealed) return
    strikeOnce(world, { fleet, temper })
    scheduler.after(1 + chance.below(60), strike)
  }
  strike()
}

const strikeOnce = (world: World, { fleet, temper }: { fleet: Fleet; temper: Temper }) => {
  const { chance, engine } = world
  const { redis } = engine
  const at = chance.below(redis.primaries)
  let lot = chance.below(100)
  const falls = (share: number) => (lot -= share) < 0
  if (falls(30)) redis.replicate(at)
  else if (falls(temper.rejoins)) redis.rejoin(at)
  else if (falls(temper.crashes)) fleet.crash()
  else if (falls(temper.pauses)) fleet.pauseOne(50 + chance.below(500))
  else if (falls(8) && temper.failovers > 0) {
    temper.failovers -= 1
    redis.failOver(at)
  } else if (falls(3) && temper.restarts > 0) {
    temper.restarts -= 1
    redis.restartEmpty(at)
  }
}
