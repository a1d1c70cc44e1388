// What a plan is made of: every figure by name, in its unit, and what it rests on. Most were measured by
// this project's own bench (measured.json, written by bench/measured.ts), some are assumed, and whoever
// plans may give his own. No figure is without a source.

import measuredFile from './measured.json' with { type: 'json' }

type Basis = 'measured' | 'assumed' | 'given'

export interface Figure {
  value: number
  basis: Basis
  from: string // the result it was measured by, or why it is assumed
}

export type FigureName = keyof typeof FIGURES
export type Figures = Record<FigureName, Figure>

interface Known {
  unit: string
  meaning: string
  assumed?: { value: number; why: string } // where nothing has measured it
}

export const FIGURES = {
  edgeAttemptsPerCore: {
    unit: 'attempts/s',
    meaning: 'through nginx with TLS and limits, a core',
    assumed: { value: 10_000, why: 'nginx answers far more without TLS and proxying' },
  },
  edgeConnectionBytes: {
    unit: 'bytes',
    meaning: 'of nginx for the open connection of a browser',
    assumed: { value: 30_000, why: 'TLS takes most of it' },
  },
  gatewayAttemptsPerCore: {
    unit: 'refused/s',
    meaning: 'sold out from memory, every token verified, a core',
  },
  gatewayAskedPerCore: {
    unit: 'refused/s',
    meaning: 'sold out by the stock engine in Redis, a core',
  },
  gatewaySustainedPerCore: {
    unit: 'refused/s',
    meaning: 'at which p99 stays below 50 ms, thousands of connections, a core',
  },
  gatewayOrdersPerCore: { unit: 'accepted/s', meaning: 'on Kafka and promised, a core' },
  gatewayConnectionBytes: { unit: 'bytes', meaning: 'of a gateway for an open connection' },
  gatewayProcessBytes: { unit: 'bytes', meaning: 'of a gateway process that holds none' },
  redisRefusedPerCore: {
    unit: 'decisions/s',
    meaning: 'sold out, 32 attempts a call, a primary',
  },
  redisAcceptedPerCore: {
    unit: 'decisions/s',
    meaning: 'a unit taken, 32 attempts a call, a primary',
  },
  redisCallMicros: { unit: 'µs', meaning: 'of Redis for a call with one attempt' },
  redisBytesPerBuyer: { unit: 'bytes', meaning: 'of Redis for a buyer in transit, at most' },
  kafkaOrdersPerCore: { unit: 'orders/s', meaning: 'acknowledged by a broker, a core' },
  kafkaBytesPerOrder: { unit: 'bytes', meaning: 'of the message of an order' },
  workerOrdersPerProcess: { unit: 'recorded/s', meaning: 'from Kafka to MySQL, a worker' },
  databaseOrdersPerServer: {
    unit: 'recorded/s',
    meaning: 'ledger, units, order and outbox, a server',
  },
  databaseBytesPerOrder: { unit: 'bytes', meaning: 'of orders, ledger and outbox, with indexes' },
  requestBytes: { unit: 'bytes', meaning: 'of an attempt without what browsers add' },
  refusalBytes: { unit: 'bytes', meaning: 'of the answer sold out' },
  acceptanceBytes: { unit: 'bytes', meaning: 'of the answer accepted' },
  browserHeaderBytes: {
    unit: 'bytes',
    meaning: 'that a browser adds to a request',
    assumed: { value: 600, why: 'user agent, accept, origin, referer, client hints' },
  },
  framingBytes: {
    unit: 'bytes',
    meaning: 'of TLS, TCP, IP and Ethernet, each way, with acknowledgements',
    assumed: { value: 190, why: '29 of TLS, 78 of a packet, 78 of an acknowledgement' },
  },
  networkMs: {
    unit: 'ms',
    meaning: 'to a server in another zone and back',
    assumed: { value: 1, why: 'zones of one city' },
  },
  queueMs: {
    unit: 'ms',
    meaning: 'until Kafka has acknowledged a batch on two brokers',
    assumed: { value: 10, why: 'a disk, and two ways between zones' },
  },
  failoverMs: {
    unit: 'ms',
    meaning: 'until a replica has taken the place of a lost primary of Redis',
    assumed: { value: 5000, why: 'cluster-node-timeout of 3 s, and an election' },
  },
  rebuildMs: {
    unit: 'ms',
    meaning: 'from there until the keeper has put the sale into the engine again',
    assumed: { value: 2000, why: 'a look each second, the queue drained, the buyers loaded' },
  },
} as const satisfies Record<string, Known>

export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[]

// What somebody has measured, in the shape of measured.json.
export type Measured = Partial<Record<FigureName, { value: number; from: string }>>

export const OURS = measuredFile.figures as Measured

// Given ones before measured ones before assumed ones.
export const figuresOf = (of: {
  measured: Measured
  given: Partial<Record<FigureName, number>>
}): Figures => {
  const one = (name: FigureName): Figure => {
    const given = of.given[name]
    if (given !== undefined) return { value: given, basis: 'given', from: 'the command line' }
    const measured = of.measured[name]
    if (measured !== undefined) return { ...measured, basis: 'measured' }
    const { assumed } = FIGURES[name] as Known
    if (assumed !== undefined) return { value: assumed.value, basis: 'assumed', from: assumed.why }
    const { value, from } = OURS[name]!
    return { value, basis: 'measured', from: `${from}, as yours has none` }
  }
  return Object.fromEntries(FIGURE_NAMES.map((name) => [name, one(name)])) as Figures
}

type ReadMeasured = { measured: Measured } | { fault: string }

// The text of a file of somebody's own.
export const readMeasured = (text: string): ReadMeasured => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { fault: 'it is not JSON' }
  }
  const { figures } = (value ?? {}) as { figures?: unknown }
  if (typeof figures !== 'object' || figures === null)
    return { fault: 'it has no "figures", as src/plan/measured.json has' }
  for (const [name, figure] of Object.entries(figures)) {
    const { value: number, from } = (figure ?? {}) as { value?: unknown; from?: unknown }
    if (!Object.hasOwn(FIGURES, name)) return { fault: `there is no figure ${name}` }
    if (typeof number !== 'number' || !(number > 0))
      return { fault: `${name}: expected a value above 0` }
    if (typeof from !== 'string') return { fault: `${name}: say in "from" where it comes from` }
  }
  return { measured: figures as Measured }
}
