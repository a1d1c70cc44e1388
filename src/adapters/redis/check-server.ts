// What a Redis must be before anything is sold by it. Whatever is wrong stops the start, with what to do.
// It is asked only for what managed services answer as well: INFO, never CONFIG.

import { EngineError } from '../../domain/errors.ts'
import type { Redis } from './redis.ts'

const OLDEST = '7.0'

export const checkServer = async (redis: Redis): Promise<void> => {
  for (const { address, text } of await redis.info('everything')) {
    const wrong = faultOf(fieldsOf(text))
    if (wrong) throw unusable(`Redis at ${address} ${wrong}`)
  }
  const cluster = await redis.clusterInfo()
  if (cluster === undefined) return
  const { cluster_state: state, cluster_slots_ok: slots } = fieldsOf(cluster)
  if (state !== 'ok' || slots !== '16384')
    throw unusable(`the Redis cluster has ${slots} of 16384 slots: give all slots to primaries`)
}

const unusable = (message: string) => new EngineError('STOCK_UNUSABLE', { message })

type Fields = Record<string, string | undefined>

const fieldsOf = (text: string): Fields =>
  Object.fromEntries(text.split('\r\n').map((line) => line.split(/:(.*)/).slice(0, 2)))

const faultOf = (fields: Fields): string | undefined => {
  const { redis_version: version = '0', role, maxmemory_policy: policy, loading } = fields
  if (isOlder(version, OLDEST)) return `is version ${version}: ${OLDEST} or newer is needed`
  if (role !== 'master') return `is a replica: name its primary (${primaryOf(fields)})`
  if (loading === '1') return 'is still loading its data: start again when it has'
  if (policy !== 'noeviction')
    return `may evict keys: set maxmemory-policy to noeviction, it is ${policy}`
  return undefined
}

const primaryOf = ({ master_host: host, master_port: port }: Fields) => `${host}:${port}`

const isOlder = (version: string, than: string): boolean =>
  version.localeCompare(than, 'en', { numeric: true }) < 0
