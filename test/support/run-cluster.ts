// npm run cluster: the whole cluster on this machine, for development. A Redis Cluster of three primaries
// with a replica each, three Kafka brokers, two databases, and two processes of each role. It keeps
// nothing: all of it goes with it, on SIGINT or SIGTERM.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { table } from '../../src/cli/table.ts'
import { type Cluster, startCluster } from './cluster.ts'

const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])

const run = async (folder: string) => {
  console.log('starting eleven servers and six processes; this takes half a minute or so …')
  await using cluster = await startCluster({
    own: true,
    redis: 'cluster',
    brokers: 3,
    isQuick: false,
    settings: {
      SECKILL_SANDBOX_PAYMENTS: 'on',
      SECKILL_PAYMENT_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    },
  })
  const keyFile = join(folder, 'admin-key')
  await writeFile(keyFile, cluster.adminKey, { mode: 0o600 })
  console.log(`the cluster is running; Ctrl-C stops it\n\n${table(rowsOf(cluster, keyFile))}\n`)
  await stopped
  console.log('stopping …')
}

const rowsOf = (cluster: Cluster, keyFile: string): string[][] => {
  const { settings } = cluster.servers
  const command = `SECKILL_ADMIN_KEY_FILE=${keyFile} npx seckill sale list --url ${cluster.url}`
  return [
    ...cluster
      .names()
      .toSorted()
      .map((name) => [name, cluster.process(name).url]),
    ...Object.entries(settings),
    ['admin key', keyFile],
    ['next', command],
  ]
}

const folder = await mkdtemp(join(tmpdir(), 'seckill-cluster-'))
try {
  await run(folder)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}
