// What a Redis must be before anything is sold by it. Whatever is wrong stops the start, with what to do;
// one that is still loading its data is waited for.
// It is asked only for what managed services answer as well: INFO, never CONFIG.

import { EngineError } from '../../domain/errors.ts'
import type { PrimaryReport } from './connection.ts'
import type { Redis } from './redis.ts'
import { script } from './script.ts'

const OLDEST = '7.0'

// Leaves nothing.
const PROBE = script('probe')

const SLOTS = '16384'

// `isCluster`: it is to be one.
export const checkServer = async (redis: Redis, isCluster: boolean): Promise<void> => {
  const primaries = await redis.examine(PROBE).catch((error: Error) => {
    throw error.message.includes('NOPERM') ? unusable(error.message) : error
  })
  const [first] = primaries
  if (first === undefined) throw unusable('the Redis cluster serves no slot: give all to primaries')
  const busy = primaries.find(({ info }) => fieldsOf(info).loading === '1')
  if (busy) {
    const message = `Redis at ${busy.address}: it is still loading its data`
    throw new EngineError('STOCK_UNREACHABLE', { message })
  }
  for (const primary of primaries) {
    const fault = serverFault(fieldsOf(primary.info), isCluster)
    if (fault) throw unusable(`Redis at ${primary.address} ${fault}`)
  }
  const slots = slotsFault(fieldsOf(first.cluster ?? ''))
  if (isCluster && slots) throw unusable(`the Redis cluster ${slots}`)
  for (const primary of primaries) {
    const refusal = refusalFault(primary)
    if (refusal) throw unusable(`Redis at ${primary.address} ${refusal}`)
  }
}

const unusable = (message: string) => new EngineError('STOCK_UNUSABLE', { message })

type Fields = Record<string, string | undefined>

const fieldsOf = (text: string): Fields =>
  Object.fromEntries(text.split('\r\n').map((line) => line.split(/:(.*)/).slice(0, 2)))

const serverFault = (fields: Fields, isCluster: boolean): string | undefined => {
  const { redis_version: version = '0', role, maxmemory_policy: policy } = fields
  if (isOlder(version, OLDEST)) return `is version ${version}: ${OLDEST} or newer is needed`
  if (!isCluster && fields.cluster_enabled === '1')
    return 'is a node of a cluster: write redis-cluster:// in SECKILL_STOCK_URL'
  if (role !== 'master') return `is a replica: name its primary (${primaryOf(fields)})`
  if (policy !== 'noeviction')
    return `may evict keys: set maxmemory-policy to noeviction, it is ${policy}`
  return undefined
}

const primaryOf = ({ master_host: host, master_port: port }: Fields) => `${host}:${port}`

const isOlder = (version: string, than: string): boolean =>
  version.localeCompare(than, 'en', { numeric: true }) < 0

const slotsFault = ({ cluster_state: state, cluster_slots_ok: slots }: Fields) => {
  if (slots !== SLOTS)
    return `serves ${slots} of ${SLOTS} slots: give every slot to a primary that is up`
  return state === 'ok' ? undefined : `is ${state}: start again when its cluster_state is ok`
}

// A command, and Redis's reason; see probe.lua.
const NOT_CALLED = /^(?:ERR )?[A-Z]+: /

const refusalFault = ({ info, refusal }: PrimaryReport): string | undefined => {
  if (refusal === undefined) return undefined
  const { used_memory_human: used, maxmemory_human: limit } = fieldsOf(info)
  if (refusal.startsWith('OOM'))
    return `has no memory left (${used}, maxmemory ${limit}): raise maxmemory or make room`
  if (NOT_CALLED.test(refusal))
    return `does not let this user call all that is needed: ${refusal}; docs/operations.md has the list`
  return `does not run scripts that write: ${refusal}`
}
