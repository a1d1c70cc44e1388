// One sale of a test's own, and raw calls of the scripts on its segments. Replies are compared by their
// words, so a reply that a header does not name is seen.

import { redisKeys } from '../../src/adapters/redis/keys.ts'
import { script, segmentScript, type Script } from '../../src/adapters/redis/script.ts'
import type { StockSetup } from '../contracts/stock-steps.ts'
import { makeRedis, type RedisSetup } from './redis-setup.ts'

export interface Desk extends RedisSetup {
  run(name: string, args: (string | number)[], segment?: number): Promise<unknown>
}

type Strategy = StockSetup['layout']['strategy']

export const openDesk = async (
  url: string,
  { strategy = 'counter', segments = 1 }: { strategy?: Strategy; segments?: number } = {},
): Promise<Desk> => {
  const setup = await makeRedis(url, { strategy, segments })
  const keys = redisKeys(setup.prefix).ofSegments('1', segments)
  const run = (name: string, args: (string | number)[], segment = 0) => {
    const one = scriptNamed(name)
    const own = keys[segment]!.slice(0, one.keys)
    return setup.redis.evaluate(one, { keys: own, args: args.map(String) })
  }
  return { ...setup, run }
}

const ALONE = ['admit', 'hear', 'probe', 'read_layout', 'tell'] // are not about a segment of a sale

export const scriptNamed = (name: string): Script =>
  ALONE.includes(name) ? script(name) : segmentScript(name)

// What a header says that the script may answer: words, and things that are described.
export const answersNamed = (source: string): string[] => {
  const [, first, more] = /^-- Returns {2}(.*)\n((?:-- {9,}.*\n)*)/m.exec(source)!
  const text = `${first} ${more!.replaceAll(/^-- +|\n/gm, ' ')}`
  return [...new Set(text.split(' | ').flatMap(wordsOf))].sort()
}

// `per order: released`, `decided epoch version, then …: taken [tokens]`, `in-transit|recorded held`.
const wordsOf = (one: string): string[] => {
  const parts = one.trim().split(/: +/)
  const heads = parts
    .filter((part) => !part.startsWith('per '))
    .map((part) => (part.startsWith('the ') ? part : part.split(' ')[0]!))
    .filter((word) => /^[a-z0-9 -]+$/.test(word))
  const either = [...one.matchAll(/([a-z-]+)\|([a-z-]+)/g)].flatMap(([, a, b]) => [a!, b!])
  return [...heads, ...either]
}

// A number, or a text that is no word, stands for whatever the header describes.
export const wordsIn = (reply: unknown, named: string[]): Set<string> => {
  const described = named.filter((name) => name.startsWith('the '))
  const words = [reply].flat(2).flatMap((one) => {
    if (one === 0) return ['0']
    return typeof one === 'string' && /^[a-z]/.test(one) ? one.split(' ') : described
  })
  return new Set(words)
}
