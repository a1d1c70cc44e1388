// The disk under the tables of a cluster is full. An operator is told so, and the log of the worker says
// why it does not go on; what buyers were promised stays in Kafka, and is recorded when there is room
// again. Nothing has to be started anew.
//
// SEED=7 node --test test/faults/cluster/disk-of-the-databases-full.test.ts

import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { clientOf, eventually, type Json } from '../../support/engine.ts'
import { startHerd } from '../../support/herd.ts'
import { lawHolds, seeded, sellOut } from '../../support/law-holds.ts'
import { needsOwnCluster } from '../../support/needs-cluster.ts'
import { operator } from '../../support/operator.ts'
import { smallDisk } from '../../support/small-disk.ts'

// Room for the tables of all shards, and some more.
const DISK_BYTES = 512 * 1024 * 1024

const STOCK = 400
const BUYERS = 800

test(
  'full disks of databases lose nothing, and are told of',
  needsOwnCluster(),
  async (context) => {
    using disk = smallDisk({ bytes: DISK_BYTES })
    if (disk === undefined) return context.skip('needs Linux and root, to mount a small disk')
    await using logs = await mkdtempDisposable(join(tmpdir(), 'seckill-binlog-'))
    await using cluster = await startOn(disk.folder, logs.path)
    const chance = seeded(context)
    const shop = operator(cluster)
    const saleId = await shop.makeSale({ stock: STOCK })
    const tokens = await shop.tokens(saleId, BUYERS)
    const of = { url: cluster.url, saleId, tokens, clients: 4, cancelShare: 0.3, chance }
    await using herd = startHerd(of)
    const bought = () => herd.answers.filter(({ outcome }) => outcome === 'accepted').length
    const buysOn = async (more: number) => {
      const least = bought() + more
      await eventually(
        async () => bought(),
        (count) => count >= least,
      )
    }

    await buysOn(20)
    disk.fill()
    const refused = await eventually(
      () => clientOf(cluster.url).operate('/api/admin/products', LARGE),
      ({ status }) => status !== 201, // there is room within a table at first
    )
    assert.deepEqual([refused.status, refused.body.code], [507, 'store-full'])
    const worker = cluster.process('worker-1')
    await eventually(
      async () => worker.output(),
      (output) =>
        /"message":"database \w+: its disk is full: The table '\w+' is full"/.test(output),
    )
    const readiness = async (): Promise<Json> => (await fetch(`${worker.url}/readyz`)).json()
    assert.deepEqual(await readiness(), { ready: false, missing: ['order-worker'] })
    await buysOn(20) // Kafka has them
    disk.clear()
    await eventually(readiness, ({ ready }) => ready)
    await buysOn(20)
    await herd.stop()

    const database = cluster.servers.settings.SECKILL_STORE_URL!
    const at = { server: cluster, database, saleId, tokens, chance }
    const answers = [...herd.answers, ...(await sellOut(at))]
    assert.equal((await lawHolds(context, { ...at, answers })).live, STOCK)
  },
)

const LARGE = {
  title: 'One too many',
  listPrice: 1,
  currency: 'CNY',
  description: 'x'.repeat(2000),
}

// Its binary log is elsewhere: of a full one MariaDB tells nobody, it waits for up to a minute.
const startOn = (folder: string, logs: string): Promise<Cluster> =>
  startCluster({
    own: 'databases',
    databases: 1,
    mariadb: { folder: join(folder, 'mariadb'), args: [`--log-bin=${join(logs, 'binlog')}`] },
    gateways: 1,
    workers: 1,
    keepers: 1,
  })
