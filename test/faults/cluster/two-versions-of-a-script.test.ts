// In the middle of an upgrade two versions of the program decide on one Redis, each by scripts of its own.
// What the one takes the other knows, and gives back: nothing is lost, and nothing is sold twice.
//
// SEED=7 node --test test/faults/cluster/two-versions-of-a-script.test.ts

import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { clusterClient } from '../../support/cluster-client.ts'
import { startCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/engine.ts'
import { startHerd } from '../../support/herd.ts'
import { lawHolds, seeded, sellOut } from '../../support/law-holds.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { operator } from '../../support/operator.ts'

const STOCK = 150
const BUYERS = 300
const CANCEL_SHARE = 0.5
const BOUGHT_MIN = 50 // by each version
const SCRIPTS = join(import.meta.dirname, '../../../src/adapters/redis/scripts')

// As they were once: `reserve` wrote each buyer by itself, `release` did not look what had rested, and a
// list was asked whether it was there. File, words, and what stood there instead.
const OLDER = [
  [
    'reserve',
    'buyers[at + 1], buyers[at + 2] = buyer, held\n',
    "redis.call('HSET', KEYS[2], buyer, held)\n",
  ],
  [
    'reserve',
    'marks[at + 1], marks[at + 2] = order_id, buyer\n',
    "redis.call('HSET', KEYS[3], order_id, buyer)\n  buyers[at + 1], buyers[at + 2] = '', ''\n",
  ],
  ['reserve', "if taken > 0 then redis.call('HSET', KEYS[2], unpack(buyers)) end\n", ''],
  ['reserve', "if taken > 0 then redis.call('HSET', KEYS[3], unpack(marks)) end\n", ''],
  ['release', '  mature(segment, now)\n', ''],
  ['release', "'held', 'available', 'returning'", "'held', 'returning'"],
  ['segment', "(redis.call('LLEN', KEYS[4]) > 0)", "(redis.call('EXISTS', KEYS[4]) == 1)"],
] as const

test('two versions of the scripts keep the law together', needsCluster(), async (context) => {
  const chance = seeded(context)
  await using older = await olderScripts()
  await using cluster = await startCluster({
    keepers: 2,
    workers: 1,
    settingsOf: (name) => (name.endsWith('-2') ? older.settings : {}),
  })
  const shop = operator(cluster)
  const sale = { stock: STOCK, strategy: 'tokens', limits: { buyerPerSecond: 1000 } }
  const saleId = await clusterClient(cluster).sale(sale)
  const tokens = await shop.tokens(saleId, BUYERS)
  const of = { saleId, tokens, clients: 6, cancelShare: CANCEL_SHARE, chance }
  await using opened = new AsyncDisposableStack()
  const herds = ['gateway-1', 'gateway-2'].map((name) =>
    opened.use(startHerd({ ...of, url: cluster.process(name).url })),
  )
  for (const herd of herds)
    await eventually(
      async () => herd.answers.filter(({ outcome }) => outcome === 'accepted').length,
      (count) => count >= BOUGHT_MIN,
    )
  for (const herd of herds) await herd.stop()

  const database = cluster.servers.settings.SECKILL_STORE_URL!
  const at = { server: cluster, database, saleId, tokens, chance }
  const answers = [...herds.flatMap((herd) => herd.answers), ...(await sellOut(at))]
  const books = await lawHolds(context, { ...at, answers })
  assert.deepEqual([books.live, books.epoch], [STOCK, 1], 'without a rebuild')
})

// What makes a process an older one.
const olderScripts = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-scripts-'))
  await cp(SCRIPTS, folder, { recursive: true })
  for (const [name, words, before] of OLDER) {
    const file = join(folder, `${name}.lua`)
    const text = await readFile(file, 'utf8')
    assert(text.includes(words), `${name}.lua has ${words}`)
    await writeFile(file, text.replace(words, before))
  }
  const instead = [['adapters/redis/script.ts', "import.meta.dirname, 'scripts'", `'${folder}'`]]
  return {
    settings: {
      NODE_OPTIONS: `--import=${join(import.meta.dirname, '../../support/another-version.ts')}`,
      ANOTHER_VERSION: JSON.stringify(instead),
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
