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
  'sqlite:, redis://host:6379 or redis-cluster://host:6379,host:6379; ' +
  '[user]:password@ may stand before the host, rediss and rediss-cluster are encrypted'

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
  const [, scheme, credentials, hosts] = /^([a-z-]+):\/\/(?:(.*)@)?([^@]+)$/.exec(text) ?? []
  if (scheme === 'redis' || scheme === 'rediss')
    return URL.canParse(text) && new URL(text).hostname ? { kind: 'redis', url: text } : undefined
  if (scheme !== 'redis-cluster' && scheme !== 'rediss-cluster') return undefined
  const nodes = hosts!.replace(/\/$/, '').split(',')
  if (!nodes.every((node) => HOST_AND_PORT.test(node))) return undefined
  const [username, password] = (credentials ?? '').split(':').map(decodeURIComponent)
  const tls = scheme === 'rediss-cluster'
  return { kind: 'redis-cluster', nodes, username: username || undefined, password, tls }
}

const HOST_AND_PORT = /^([a-zA-Z0-9._-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/

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
