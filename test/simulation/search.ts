// Runs one seed after the other until one of them breaks something, in a thread of its own: the test
// runner watches every promise of its thread, which makes a run four times slower.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type SabotageName, SABOTAGES } from './sabotage.ts'
import { simulate } from './simulate.ts'

export interface Search {
  first: number // seed
  seeds: number // at most so many
  sabotage?: SabotageName
  matches?: RegExp // what must be broken to count; anything if not given
}

export interface Finding {
  seed: number
  violations: string[]
}

type News = { done: number } | { found: Finding | undefined }

export const findViolation = (
  search: Search,
  progress: (seeds: number) => void = () => undefined,
): Promise<Finding | undefined> => {
  const { promise, resolve, reject } = Promise.withResolvers<Finding | undefined>()
  const thread = new Worker(new URL(import.meta.url), { workerData: search })
  thread.on('message', (news: News) => {
    if ('done' in news) progress(news.done)
    else resolve(news.found)
  })
  thread.on('error', reject)
  thread.on('exit', () => reject(new Error('the search has stopped early')))
  return promise
}

const PROGRESS_EVERY = 10_000

const run = async ({ first, seeds, sabotage, matches = /./ }: Search): Promise<News> => {
  const switches = sabotage ? { sabotage: SABOTAGES[sabotage] } : {}
  for (let done = 0; done < seeds; done++) {
    const seed = first + done
    const violations = await simulate(seed, switches)
    if (violations.some((what) => matches.test(what))) return { found: { seed, violations } }
    if ((done + 1) % PROGRESS_EVERY === 0) parentPort?.postMessage({ done: done + 1 })
  }
  return { found: undefined }
}

if (!isMainThread) parentPort?.postMessage(await run(workerData as Search))
