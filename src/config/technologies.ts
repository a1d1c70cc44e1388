// Which stock engine, order queue and store there are, and which of them go together. Any other set
// refuses to start and names these.

import { credentialsOf, decoded, nodesUrl, urlParts } from './hosts.ts'
import type { Setting } from './kinds.ts'

export const LEGAL_SETS = '(sqlite, sqlite, sqlite), (redis, sqlite, sqlite), (redis, kafka, mysql)'

// The legal sets in the order above.
export type TechnologySet = 'embedded' | 'redis' | 'cluster'

interface Places {
  SECKILL_STOCK_URL: string
  SECKILL_QUEUE_URL: string
  SECKILL_STORE_URL: string[]
}

// Undefined: they do not go together.
export const technologySet = (of: Places): TechnologySet | undefined => {
  const [stock, queue, store] = [of.SECKILL_STOCK_URL, of.SECKILL_QUEUE_URL, of.SECKILL_STORE_URL]
  const isSqlite = [stock, queue, store[0]].map((place) => place === SQLITE)
  return SETS[isSqlite.map((is) => (is ? 'sqlite' : 'shared')).join(' ')]
}

const SETS: Record<string, TechnologySet> = {
  'sqlite sqlite sqlite': 'embedded',
  'shared sqlite sqlite': 'redis',
  'shared shared shared': 'cluster',
}

const SQLITE = 'sqlite:'

const setting = <Value>(
  meaning: string,
  { forms, read }: { forms: string; read: (raw: string) => Value | undefined },
): Setting<Value> => {
  const parse = (raw: string): Value => {
    const value = read(raw)
    if (value !== undefined) return value
    throw new Error(`${forms} (legal sets of stock, queue and store: ${LEGAL_SETS})`)
  }
  return { fallback: SQLITE, unit: '', meaning, hasTwin: true, parse }
}

const CODED = 'with signs other than letters and digits as %40'

export const stockUrl = (meaning: string): Setting<string> =>
  setting(meaning, { forms: STOCK_FORMS, read: (raw) => stockPlace(raw) && raw })

const STOCK_FORMS =
  'sqlite:, redis://host:6379 or redis-cluster://host:6379,host:6379; [user]:password@ may stand ' +
  `before the host, ${CODED}; rediss and rediss-cluster are encrypted`

// Where the stock engine is. Of a cluster some nodes are enough: they know the others.
export type StockPlace =
  | { kind: 'sqlite' }
  | { kind: 'redis'; url: string }
  | {
      kind: 'redis-cluster'
      nodes: string[] // host:port
      username: string | undefined
      password: string | undefined
      tls: boolean
    }

// Undefined: not a place of a stock engine.
export const stockPlace = (text: string): StockPlace | undefined => {
  if (text === SQLITE) return { kind: 'sqlite' }
  const { scheme, user } = urlParts(text)
  if (ONE.test(scheme))
    return credentialsOf(user) && isOne(text) ? { kind: 'redis', url: text } : undefined
  const found = CLUSTER.test(scheme) ? nodesUrl(text) : undefined
  if (found === undefined) return undefined
  const { nodes, username, password } = found
  return { kind: 'redis-cluster', nodes, username, password, tls: scheme.startsWith('rediss') }
}

const ONE = /^rediss?$/
const CLUSTER = /^rediss?-cluster$/

// With a number at most behind the host: of the database.
const isOne = (text: string): boolean => {
  const { hostname, pathname, search, hash } = URL.parse(text) ?? {}
  return !!hostname && /^(\/\d*)?$/.test(pathname!) && search === '' && hash === ''
}

export const queueUrl = (meaning: string): Setting<string> =>
  setting(meaning, { forms: QUEUE_FORMS, read: (raw) => queuePlace(raw) && raw })

const QUEUE_FORMS =
  'sqlite: or kafka://host:9092,host:9092; user:password@ may stand before the hosts, ' +
  `${CODED}, and then ?sasl=plain or scram-sha-256 behind them, if it is not scram-sha-512; kafkas is encrypted, and needs the host names that are in the certificates`

export type QueuePlace =
  | { kind: 'sqlite' }
  | {
      kind: 'kafka'
      brokers: string[] // host:port
      tls: boolean
      sasl: { mechanism: SaslMechanism; username: string; password: string } | undefined
    }

// As Kafka spells them.
const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
export type SaslMechanism = (typeof SASL_MECHANISMS)[number]

// Of the brokers some are enough. Undefined: not a place of an order queue.
export const queuePlace = (text: string): QueuePlace | undefined => {
  if (text === SQLITE) return { kind: 'sqlite' }
  const [, url, named] = /^([^?]*)(?:\?sasl=([a-z0-9-]+))?$/.exec(text) ?? []
  const found = nodesUrl(url ?? '')
  if (found === undefined || !KAFKA.test(found.scheme)) return undefined
  const { scheme, nodes, username, password } = found
  const of = { kind: 'kafka', brokers: nodes, tls: scheme === 'kafkas' } as const
  if (of.tls && nodes.some((node) => ADDRESS.test(node))) return undefined
  if (password === undefined) return named === undefined ? { ...of, sasl: undefined } : undefined
  const mechanism = SASL_MECHANISMS.find((one) => one.toLowerCase() === (named ?? 'scram-sha-512'))
  return mechanism && username ? { ...of, sasl: { mechanism, username, password } } : undefined
}

const KAFKA = /^kafkas?$/

// Of a host in a URL, with or without a port. The clients ask a server for the certificate of a name.
const ADDRESS = /^[\d.]+(:|$)|^\[/

export const DATABASES_MAX = 16

export const storeUrls = (meaning: string): Setting<string[]> =>
  setting(meaning, { forms: STORE_FORMS, read: readStore })

const STORE_FORMS =
  `sqlite:, or 1 to ${DATABASES_MAX} different databases as ` +
  `mysql://user:password@host:3306/database,mysql://…, ${CODED}; mysqls is encrypted, and needs the host name that is in the certificate`

const readStore = (raw: string): string[] | undefined => {
  if (raw === SQLITE) return [SQLITE]
  const urls = raw.split(',').map((url) => url.trim())
  const databases = new Set(urls.map(databaseOf))
  const isGood = !databases.has(undefined) && databases.size === urls.length
  return isGood && urls.length <= DATABASES_MAX ? urls : undefined
}

const DATABASE = /^\/[A-Za-z0-9_$-]{1,64}$/
const PORT = '3306'

// Which database a URL names, whoever asks for it.
const databaseOf = (url: string): string | undefined => {
  const parsed = URL.parse(url)
  if (!parsed || decoded(`${parsed.username}:${parsed.password}`) === undefined) return undefined
  const { hostname, pathname, port, protocol, username, search, hash } = parsed
  if (!/^mysqls?:$/.test(protocol) || !hostname || !username || search !== '' || hash !== '')
    return undefined
  if (protocol === 'mysqls:' && ADDRESS.test(hostname)) return undefined
  return DATABASE.test(pathname) ? `${hostname}:${port || PORT}${pathname}` : undefined
}
