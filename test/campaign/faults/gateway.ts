// What happens to gateways: also death at each step of a purchase.

import type { Fault } from '../fault.ts'
import { bothKilled, dies, killed, paused, toldToStop } from './processes.ts'

export const GATEWAY_FAULTS: Fault[] = [
  killed('gateway'),
  bothKilled('gateway'),
  paused('gateway'),
  toldToStop('gateway'),
  dies('gateway', { why: 'before it reserves', at: 'redis.reserve', when: 'before' }),
  dies('gateway', { why: 'after it has reserved', at: 'redis.reserve', when: 'after' }),
  dies('gateway', { why: 'before it publishes', at: 'queue.publish', when: 'before' }),
  dies('gateway', { why: 'after it has published', at: 'queue.publish', when: 'after' }),
  dies('gateway', { why: 'before the answer', at: 'answer.accepted', when: 'before' }),
]
