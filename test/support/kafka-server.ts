// A real Kafka as a child process: one broker that is its own controller, or one of several
// (kafka-cluster.ts). On free ports and over a folder of its own, for tests that pause it, kill it and
// start it again; what it has kept is there again after a restart. It never outlives the process that
// started it.

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Admin } from '@platformatic/kafka'
import { freePort } from './free-port.ts'
import { kafkaClasses, kafkaJars } from './kafka-jars.ts'
import { type Launched, launchServer, onPath } from './launch-server.ts'
import { type OwnServer, startOwnServer, type Startable } from './own-server.ts'

export interface KafkaOptions {
  settings?: Record<string, string | number> // over the defaults below
  java?: string[] // options of its Java, beside the defaults below
  format?: string[] // of what it writes down first, beside the defaults below
  node?: KafkaNode // makes it one of several; see kafka-cluster.ts
}

export interface KafkaNode {
  clusterId: string
  nodeId: number
  port: number
  controllerPort: number
  voters: string // id@host:port of all controllers
}

export interface KafkaServer extends OwnServer {
  url: string // kafka://127.0.0.1:port
  broker: string // 127.0.0.1:port
  port: number
  nodeId: number
  restart(): Promise<void> // on the same port, with what it has; killed first if it runs
}

export const startKafka = (options: KafkaOptions = {}): Promise<KafkaServer> =>
  startOwnServer({ name: 'kafka' }, async (server) => {
    const node = await startSomewhere(server, options)
    const { nodeId, port } = node
    const broker = `127.0.0.1:${port}`
    return {
      url: `kafka://${broker}`,
      broker,
      port,
      nodeId,
      restart: () => server.begin(() => start(server.folder, { ...options, node })),
    }
  })

// Undefined where it is not installed.
export const kafkaProgram = (): string[] | undefined => {
  const [java, jars] = [onPath('java'), kafkaJars()]
  return java && jars ? [java, ...SMALL, ...remembered(), '-cp', jars] : undefined
}

const remembered = () =>
  existsSync(kafkaClasses()) ? [`-XX:SharedArchiveFile=${kafkaClasses()}`] : []

export const newClusterId = (): string => randomBytes(16).toString('base64url')

// A free port may be somebody else's by the time it is listened on: then it is another one's turn.
const startSomewhere = async (
  { folder, begin }: Startable,
  options: KafkaOptions,
): Promise<KafkaNode> => {
  for (let tries = 1; ; tries += 1) {
    const node = options.node ?? (await singleNode())
    try {
      await format(folder, { ...options, node })
      await begin(() => start(folder, { ...options, node }))
      return node
    } catch (error) {
      const isTaken = (error as Error).message.includes('Address already in use')
      if (!isTaken || options.node || tries === PORTS_TRIED_MAX) throw error
      rmSync(folder, { recursive: true })
    }
  }
}

const PORTS_TRIED_MAX = 5

const singleNode = async (): Promise<KafkaNode> => {
  const [port, controllerPort] = [await freePort(), await freePort()]
  const voters = `1@127.0.0.1:${controllerPort}`
  return { clusterId: newClusterId(), nodeId: 1, port, controllerPort, voters }
}

// Starts quickly and stays small: nothing here runs long enough for the better compiler to pay.
const SMALL = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']

const program = (): string[] => {
  const found = kafkaProgram()
  if (!found) throw new Error('there is no Kafka, or no Java: "npm run servers" installs both')
  return found
}

type Placed = KafkaOptions & { node: KafkaNode }

const SETTINGS = 'server.properties'
const LOGGING = 'log4j2.properties'

// What a broker writes down first, so that it is one of this cluster. The controllers are named in its
// settings: of one as of several.
const format = async (folder: string, { node, settings, format: more = [] }: Placed) => {
  mkdirSync(folder, { recursive: true })
  const lines = Object.entries({ ...settingsOf(folder, node), ...settings })
  const text = lines.map(([name, value]) => `${name}=${value}\n`).join('')
  writeFileSync(join(folder, SETTINGS), text)
  writeFileSync(join(folder, LOGGING), WARNINGS_ONLY)
  const [java, ...args] = program()
  const id = `--cluster-id=${node.clusterId}` // in one word, as an id may begin with a hyphen
  const tool = ['kafka.tools.StorageTool', 'format', id, '-c', SETTINGS, ...more]
  await promisify(execFile)(java!, [...args, ...tool], { cwd: folder })
}

const settingsOf = (folder: string, { nodeId, port, controllerPort, voters }: KafkaNode) => {
  const copies = voters.split(',').length
  const inSync = Math.min(2, copies)
  return {
    'process.roles': 'broker,controller',
    'node.id': nodeId,
    'controller.quorum.voters': voters,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(folder, 'data'),
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'unclean.leader.election.enable': false,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': 5,
    'group.initial.rebalance.delay.ms': 0,
    'broker.heartbeat.interval.ms': 500, // after three seconds without one, a broker is taken for dead
    'broker.session.timeout.ms': 3000,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'log.index.size.max.bytes': 65_536, // otherwise 20 MB a partition, as a sparse file
    'log.cleaner.dedupe.buffer.size': 2_097_152,
    'log.cleaner.threads': 1,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    'num.recovery.threads.per.data.dir': 1,
  }
}

const WARNINGS_ONLY = `rootLogger.level = warn
rootLogger.appenderRefs = out
rootLogger.appenderRef.out.ref = out
appenders = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %m (%c)%n
`

const LIMIT = { withinMs: 60_000 }

const start = async (folder: string, { node, java: options = [] }: Placed): Promise<Launched> => {
  const [java, ...args] = program()
  const logging = `-Dlog4j2.configurationFile=${join(folder, LOGGING)}`
  const command = [java!, logging, ...options, ...args, 'kafka.Kafka', join(folder, SETTINGS)]
  return launchServer(command, { name: 'Kafka', folder, ...LIMIT, answers: () => answers(node) })
}

const answers = async ({ clusterId, nodeId, port }: KafkaNode): Promise<boolean> => {
  const admin = new Admin({
    clientId: 'test',
    bootstrapBrokers: [`127.0.0.1:${port}`],
    retries: 0,
    connectTimeout: 1000,
    requestTimeout: 1000,
  })
  try {
    const { id, brokers } = await admin.metadata({})
    return id === clusterId && brokers.has(nodeId)
  } finally {
    await admin.close()
  }
}
