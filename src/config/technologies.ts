// Which stock engine, order queue and store there are, and which of them go together. Any other set
// refuses to start and names these.

import type { Setting } from './kinds.ts'

export const LEGAL_SETS = '(sqlite, sqlite, sqlite), (redis, sqlite, sqlite), (redis, kafka, mysql)'

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

const STOCK_FORMS =
  'sqlite:, redis://host:6379 or redis-cluster://host:6379,host:6379; [user]:password@ may stand ' +
  'before the host, with signs other than letters and digits as %40; rediss and rediss-cluster are encrypted'

export function stockUrl(meaning: string): Setting<string> {
  const parse = (raw: string) => {
    if (stockPlace(raw) === undefined)
      throw new Error(`${STOCK_FORMS} (legal sets of stock, queue and store: ${LEGAL_SETS})`)
    return raw
  }
  return { fallback: 'sqlite:', unit: '', meaning, parse }
}

// Undefined: not a place of a stock engine.
export const stockPlace = (text: string): StockPlace | undefined => {
  if (text === 'sqlite:') return { kind: 'sqlite' }
  const [, scheme = '', user, hosts] = /^([a-z-]+):\/\/(?:(.*)@)?([^@]+)$/.exec(text) ?? []
  const credentials = credentialsOf(user)
  if (credentials === undefined) return undefined
  if (ONE.test(scheme)) return isOne(text) ? { kind: 'redis', url: text } : undefined
  const nodes = hosts?.replace(/\/$/, '').split(',') ?? []
  if (!CLUSTER.test(scheme) || !nodes.every(isNode)) return undefined
  return { kind: 'redis-cluster', nodes, ...credentials, tls: scheme.startsWith('rediss') }
}

const ONE = /^rediss?$/
const CLUSTER = /^rediss?-cluster$/

// With a number at most behind the host: of the database.
const isOne = (text: string): boolean => {
  const { hostname, pathname, search, hash } = URL.parse(text) ?? {}
  return !!hostname && /^(\/\d*)?$/.test(pathname!) && search === '' && hash === ''
}

const HOST_AND_PORT = /^(?:[a-zA-Z0-9._-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/

const isNode = (node: string): boolean => {
  const port = Number(HOST_AND_PORT.exec(node)?.[1])
  return port >= 1 && port <= 65_535
}

// A user alone is a slip: who means a password writes a colon before it.
const credentialsOf = (text: string | undefined) => {
  if (text === undefined) return { username: undefined, password: undefined }
  const [, user, password] = /^([^:]*):([^:/?#@]+)$/.exec(text) ?? []
  try {
    if (password === undefined) return undefined
    return {
      username: decodeURIComponent(user!) || undefined,
      password: decodeURIComponent(password),
    }
  } catch {
    return undefined // a lonely %
  }
}

// This version knows one queue and one store, so no other value can be right.
export function sqliteOnly(meaning: string): Setting<'sqlite:'> {
  const parse = (raw: string) => {
    if (raw === 'sqlite:') return 'sqlite:' as const
    throw new Error(
      `sqlite:, all that this version knows (legal sets of stock, queue and store: ${LEGAL_SETS})`,
    )
  }
  return { fallback: 'sqlite:', unit: '', meaning, parse }
}
