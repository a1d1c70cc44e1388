// What happens to keepers: also death in an expiry and in a rebuild, which is asked for by emptying Redis.

import { askRedis } from '../../support/ask-redis.ts'
import type { Fault } from '../fault.ts'
import { bothKilled, dies, killed, paused, toldToStop } from './processes.ts'

const { shuts: _, ...noKeeper } = bothKilled('keeper') // what is open stays open

// While the keepers rebuild, one of them dies, and there is the other one.
const inRebuild = (why: string, at: string): Fault => {
  const dying = dies('keeper', { why, at, when: 'after' })
  return {
    ...dying,
    touches: ['keeper', 'redis'],
    async begin(field, chance) {
      const heal = await dying.begin(field, { ...chance, below: () => 0 })
      const roles = await field.redis.roles()
      const primaries = roles.filter(({ role }) => role === 'primary')
      for (const { node } of primaries) await askRedis(node.url, (redis) => redis.flushAll())
      return heal
    },
  }
}

export const KEEPER_FAULTS: Fault[] = [
  killed('keeper'),
  noKeeper,
  paused('keeper'),
  toldToStop('keeper'),
  dies('keeper', { why: 'before a release', at: 'ledger.release', when: 'before' }),
  dies('keeper', { why: 'after a release in the engine', at: 'redis.release', when: 'after' }),
  inRebuild('after it has raised the epoch', 'ledger.raiseEpoch'),
  inRebuild('after it has sealed', 'ledger.seal'),
  inRebuild('after it has opened', 'redis.open'),
]
