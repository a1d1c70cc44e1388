// What a cluster has behind its processes: the topic of the orders, the databases, and which roles are at
// work. It is looked at from this machine, by its settings, and changed in nothing.

import type { Config } from '../../config.ts'
import { EngineError } from '../../domain/errors.ts'
import type { inspectQueue, inspectStore } from '../../processes/wire/cluster.ts'
import { type Check, fail, ok, warn } from './check.ts'

type Queue = Awaited<ReturnType<typeof inspectQueue>>
type Store = Awaited<ReturnType<typeof inspectStore>>

export const clusterChecks = async (config: Config): Promise<Check[]> => {
  const { inspectQueue, inspectStore } = await import('../../processes/wire/cluster.ts')
  const queue = await seen('order queue', () => inspectQueue(config))
  const store = await seen('store', () => inspectStore(config))
  return [
    ...('level' in queue ? [queue] : queueChecks(config, queue)),
    ...('level' in store ? [store] : storeChecks(store)),
    ...('level' in queue || 'level' in store ? [] : roleChecks(config, { queue, store })),
  ]
}

const seen = async <Report>(
  check: string,
  look: () => Promise<Report>,
): Promise<Report | Check> => {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return fail(check, error.message)
  }
}

const queueChecks = (config: Config, { brokers, topic }: Queue): Check[] => {
  const { SECKILL_QUEUE_TOPIC: name, SECKILL_QUEUE_PARTITIONS: partitions } = config
  if (topic === undefined)
    return [warn('order queue', `the topic ${name} is made at the first start`)]
  const says = `the topic ${name} has ${partitions} partitions`
  const { copies, inSyncMin } = topic
  if (brokers === 1)
    return [
      warn('order queue', `${says} on one broker: with its disk go orders that were promised`),
    ]
  if (copies > inSyncMin)
    return [
      ok('order queue', `${says} and ${copies} copies, ${inSyncMin} of them in step at least`),
    ]
  const advice = `nothing is sold while one broker of ${copies} is away: have more copies`
  return [warn('order queue', `${says} and ${copies} copies, all in step: ${advice}`)]
}

const storeChecks = ({ databases, warnings, versions }: Store): Check[] => [
  ok('store', databases === 1 ? 'one database answers' : `${databases} databases answer`),
  tablesCheck(versions),
  ...warnings.map((warning) => warn('durability', warning)),
  ...(warnings.length === 0 ? [ok('durability', 'a crash of a database loses nothing')] : []),
]

const tablesCheck = (versions: Store['versions']): Check => {
  const newer = versions.find(({ found, known }) => found > known)
  if (newer)
    return fail(
      'tables',
      `version ${newer.found}, this program knows up to ${newer.known}: start the newer program`,
    )
  if (versions.every(({ found }) => found === 0)) return warn('tables', 'made at the first start')
  const older = versions.find(({ found, known }) => found < known)
  return older
    ? ok('tables', `version ${older.found}, brought to ${older.known} at the next start`)
    : ok('tables', `version ${versions[0]!.known}`)
}

const roleChecks = (config: Config, { queue, store }: { queue: Queue; store: Store }): Check[] => {
  const { SECKILL_QUEUE_PARTITIONS: partitions } = config
  const { workers } = queue
  return [
    countCheck('gateways', store.gateways),
    workers > partitions
      ? warn('workers', `${workers}, of which ${partitions} have a partition: stop the others`)
      : countCheck('workers', workers),
    store.keepers > 0
      ? ok('keepers', 'one at least is at work')
      : fail('keepers', 'none is at work: start "seckill keeper", twice to be safe'),
  ]
}

const countCheck = (roles: 'gateways' | 'workers', count: number): Check => {
  const start = `start "seckill ${roles.slice(0, -1)}"`
  if (count === 0) return fail(roles, `none is at work: ${start}, twice to be safe`)
  if (count === 1) return warn(roles, `one: nobody has its work when it fails; ${start} once more`)
  return ok(roles, `${count} are at work`)
}
