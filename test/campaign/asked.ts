// What a campaign is asked for on the command line. It has to make sense before anything is started.

import { parseArgs } from 'node:util'
import { faultsOf } from './random-campaign.ts'

export interface Asked {
  draw: {
    minutes: number // of breaking: starting and judging take as long again
    seed: number
    only?: string // faults whose names match
  }
  file: string | undefined // for the result, if it is kept
  isKept: boolean
  isRandomOnly: boolean
  isSuitesOnly: boolean
}

export const USAGE =
  'npm run campaign -- --suites, or npm run campaign -- --minutes 10 --seed 7 [--only PATTERN] [--json FILE]'

// Told in one line.
export class Misunderstood extends Error {}

const SHORT_MINUTES = 0.2

export const readAsked = (words: string[]): Asked => {
  const { suites = false, ...random } = parsed(words)
  const minutes = Number(random.minutes ?? SHORT_MINUTES)
  const seed = Number(random.seed ?? Math.floor(Math.random() * 2 ** 31))
  const { only, json: file } = random
  const isRandomOnly = Object.keys(random).length > 0
  if (!(minutes > 0)) throw new Misunderstood(`--minutes ${random.minutes} is no time`)
  if (!Number.isSafeInteger(seed))
    throw new Misunderstood(`--seed ${random.seed} is no whole number`)
  if (faultsOf(only).length === 0) throw new Misunderstood(`no fault is like ${only}`)
  if (suites && isRandomOnly) throw new Misunderstood('--suites goes with nothing else')
  const isKept = random.minutes !== undefined || file !== undefined
  const draw = { minutes, seed, ...(only && { only }) }
  return { draw, file, isKept, isRandomOnly, isSuitesOnly: suites }
}

const parsed = (words: string[]) => {
  try {
    const text = { type: 'string' } as const
    const options = { minutes: text, seed: text, only: text, json: text }
    return parseArgs({ args: words, options: { ...options, suites: { type: 'boolean' } } }).values
  } catch (error) {
    throw new Misunderstood((error as Error).message.replaceAll('\n', ' '))
  }
}
