// The whole cluster that a campaign breaks, with the sales that are open in it. Every process can be given
// another clock or another version at its next start, and it is written down when a gateway was away on
// purpose: whoever asked it then may have got no answer.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type Cluster, startCluster } from '../support/cluster.ts'
import type { Death } from '../support/dying-engine.ts'
import type { KafkaCluster } from '../support/kafka-cluster.ts'
import type { MariadbServer } from '../support/mariadb-server.ts'
import { PAYMENT_SECRET } from '../support/provider.ts'
import type { RedisCluster } from '../support/redis-cluster.ts'
import type { Crowd } from './crowd.ts'
import type { OpenSale } from './open-sale.ts'

export interface Field extends AsyncDisposable {
  cluster: Cluster
  database: string
  redis: RedisCluster
  kafka: KafkaCluster
  mariadbs: MariadbServer[]
  gateways: string[] // names
  sales: OpenSale[] // those of this round
  crowd: Pick<Crowd, 'told' | 'asks'> // of this round
  away: Away[]
  urlOf(name: string): string
  // Begins an absence of a process; what it returns ends it.
  leaves(name: string): () => void
  versionOf(name: string): Edit[] // how it differs from this one; not at all at first
  become(name: string, version: Edit[]): void // from its next start on
  restart(name: string, of?: { dies?: Death }): Promise<void>
}

export type Edit = [file: string, words: string, instead: string] // of src

export interface Away {
  name: string
  fromMs: number
  toMs: number // Infinity: still
}

const NOBODY: Field['crowd'] = {
  told: [],
  asks() {
    throw new Error('nobody is there')
  },
}

// One jumps ahead at a SIGUSR2 and the other one back, and at the next both are right again.
const CLOCK_OFF_MS = 3_600_000

const LOADED_FIRST = ['shifted-clock.ts', 'another-version.ts'].map(
  (file) => `--import=${join(import.meta.dirname, '../support', file)}`,
)

const settingsOf = (name: string, edits: Edit[]) => ({
  NODE_OPTIONS: LOADED_FIRST.join(' '),
  CLOCK_OFF_MS: `0,${name.endsWith('-1') ? CLOCK_OFF_MS : -CLOCK_OFF_MS}`,
  ANOTHER_VERSION: JSON.stringify(edits),
})

const SETTINGS = {
  SECKILL_SANDBOX_PAYMENTS: 'on',
  SECKILL_PAYMENT_SECRET: PAYMENT_SECRET,
  SECKILL_ABUSE_RULES: 'off', // the crowd is few buyers who ask often
}

export const startField = async (): Promise<Field> => {
  const versions = new Map<string, Edit[]>()
  const versionOf = (name: string) => versions.get(name) ?? []
  const cluster = await startCluster({
    own: true,
    redis: 'cluster',
    brokers: 3,
    settings: SETTINGS,
    settingsOf: (name) => settingsOf(name, versionOf(name)),
  })
  const { redis, kafka, mariadbs, settings } = cluster.servers
  assert('nodes' in redis && kafka && 'brokers' in kafka)
  const away: Away[] = []
  return {
    cluster,
    database: settings.SECKILL_STORE_URL!,
    redis,
    kafka,
    mariadbs,
    gateways: cluster.names().filter((name) => name.startsWith('gateway')),
    sales: [],
    crowd: NOBODY,
    away,
    urlOf: (name) => cluster.process(name).url,
    leaves(name) {
      const absence = { name, fromMs: Date.now(), toMs: Infinity }
      away.push(absence)
      return () => void (absence.toMs = Date.now())
    },
    versionOf,
    become: (name, version) => void versions.set(name, version),
    async restart(name, of) {
      await cluster.start(name, of)
    },
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  }
}
