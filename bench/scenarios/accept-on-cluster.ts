// S2: a gateway with a core of its own accepts orders: every check, the decision in Redis, the order on
// Kafka, the epoch from MariaDB, and only then the answer. Nobody records meanwhile: the orders wait on
// Kafka, and afterwards all of them must be in the books.

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { signedRequest } from '../load/requests.ts'
import { type Operator, operator } from '../servers/operator.ts'
import { readAnswer } from '../servers/read-answer.ts'
import { type ClusterServers, startClusterServers } from '../servers/start-cluster-servers.ts'
import { SIGNING_SECRET, startProgram } from '../servers/start-program.ts'
import { measureInTurns, type Turn } from './measure-in-turns.ts'
import { type Bench, buyersOf, type Part, type Scenario } from './scenario.ts'

const WHAT =
  'orders accepted over HTTP by a gateway on one core, every check; Redis, Kafka and MariaDB share the other core with the generator; nobody records meanwhile; each buyer once'

const CONNECTIONS = 512 // so many orders are under way at once
const WARM_UP = 30_000 // orders: enough for V8 to have compiled what is measured
const TURN = 20_000 // orders
const STOCK = 1_000_000
const USE = { buyers: 0, other: 1 } // of buyer ids

export const acceptOnCluster: Scenario = {
  scenario: 'S2',
  what: WHAT,
  connections: CONNECTIONS,
  measure: async (bench) => [await measureAccepted({ ...bench, connections: CONNECTIONS })],
}

const measureAccepted = async (bench: Bench): Promise<Part> => {
  const { generator: core } = bench.cores
  const count = TURN / bench.shrink
  await using servers = await startClusterServers(core)
  await using gateway = await startGateway(bench, servers)
  const operated = operator(gateway.url)
  const saleId = await operated.makeSale({ stock: STOCK })
  const signed = { saleId, signingSecret: SIGNING_SECRET }
  const other = buyersOf(bench, { use: USE.other, count: 1 }).first
  const request = signedRequest(signed, other)
  await untilAccepted(gateway.port, request)
  await gateway.alone()
  const orders = WARM_UP + bench.pairs * count
  const buyers = buyersOf(bench, { use: USE.buyers, count: orders })
  await bench.generator.build({ crowd: 'buyers', ...signed, buyers })
  let accepted = 0
  const samples = await measureInTurns(bench, {
    engine: gateway,
    others: servers.processIds,
    crowd: 'buyers',
    warmUp: WARM_UP,
    count,
    from: (pair) => WARM_UP + pair * count,
    request,
    async finish(turn) {
      const isWarm = accepted > 0
      const share = acceptedOf(turn) / turn.count
      accepted += acceptedOf(turn)
      assert(!isWarm || share >= 1 - BUSY_SHARE_MAX, JSON.stringify(turn.statuses))
      return { value: turn.perSecond * share }
    },
  })
  await allAreRecorded(servers, {
    core,
    saleId,
    operated,
    accepted: accepted + 1,
    asked: orders + 1,
  })
  return { part: 'orders', what: WHAT, target: 0.6, unit: 'accepted/s', samples }
}

// The keeper makes the tables and the topic, and puts the sale into the engine.
const startGateway = async ({ cores, flame }: Bench, { settings }: ClusterServers) => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const keeper = opened.use(
    await startProgram({ command: 'keeper', settings, core: cores.generator }),
  )
  const command = 'gateway' as const
  const gateway = opened.use(await startProgram({ command, settings, core: cores.server, flame }))
  const open = opened.move()
  return {
    ...gateway,
    alone: () => keeper[Symbol.asyncDispose](), // stopping it again is harmless
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const OPENS_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 100

const untilAccepted = async (port: number, request: Buffer) => {
  const lateMs = performance.now() + OPENS_WITHIN_MS
  for (;;) {
    const { status, body } = await readAnswer(port, request)
    if (status === 202) return
    assert(performance.now() < lateMs, `the sale does not open: ${body}`)
    await sleep(LOOK_EVERY_MS)
  }
}

// Some may be told that they have to ask again, and nobody counts them.
const BUSY_SHARE_MAX = 0.05

const acceptedOf = ({ statuses }: Turn): number => statuses['202'] ?? 0

const RECORDED_WITHIN_MS = 120_000

interface Promised {
  core: number | undefined
  saleId: string
  operated: Operator
  accepted: number // orders that were promised
  asked: number
}

const allAreRecorded = async ({ settings }: ClusterServers, of: Promised) => {
  await using _keeper = await startProgram({ command: 'keeper', settings, core: of.core })
  await using _worker = await startProgram({ command: 'worker', settings, core: of.core })
  const lateMs = performance.now() + RECORDED_WITHIN_MS
  while ((await of.operated.inTransit()) > 0) {
    assert(performance.now() < lateMs, 'the orders are recorded in time')
    await sleep(LOOK_EVERY_MS)
  }
  const { live, drift, oversold } = await of.operated.audit(of.saleId)
  assert(live >= of.accepted && live <= of.asked, `${live} of ${of.accepted} orders are recorded`)
  assert.deepEqual({ drift, oversold }, { drift: 0, oversold: 0 })
}
