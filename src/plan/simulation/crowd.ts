// The buyers. They are not told apart but by when they first asked: whoever asks in one millisecond is one
// mix, in which those who ask for the first time and those who come again have their shares. Each answer is
// spread over its mix by these, so sixty million attempts are some hundred thousand sums.

import type { Chance } from './chance.ts'
import { comingBack } from './coming-back.ts'
import type { Course } from './course.ts'
import type { Funnel } from './funnel.ts'

export interface Mix {
  atMs: number
  count: number
  first: number // share of those who ask for the first time
  again: Map<number, number> // shares of those who come again, by when they first asked
  // Sums until the end of this millisecond: who has the final answer, and who comes again when.
  final: { count: number; atMs: number }
  later: Map<number, number>
}

export interface Crowd {
  arrive(nowMs: number): Mix | undefined
  // So many of a mix have their answer `delayMs` after it came.
  final(mix: Mix, of: { count: number; delayMs: number }): void
  later(mix: Mix, of: { count: number; delayMs: number; afterMs: number }): void
  settle(): void // at the end of each millisecond
  comingBack(): number
  underway(): number // who has no final answer
}

export const crowd = (of: Funnel, chance: Chance, course: Course): Crowd => {
  const back = comingBack()
  const touched = new Set<Mix>()
  let [idle, underway, rest] = [of.buyers, 0, 0] // the rest of a buyer

  return {
    arrive(nowMs) {
      const first = Math.min(idle, newcomers(of, { nowMs, idle, chance }))
      idle -= first
      underway += first
      const again = back.take(nowMs)
      const all = first + sum(again)
      const count = Math.floor(all + rest + 1e-6)
      rest = all + rest - count
      return count === 0 ? undefined : newMix(nowMs, { count, first, all, again })
    },
    final(mix, { count, delayMs }) {
      course.firstAnswered(delayMs, count * mix.first)
      course.finallyAnswered(delayMs, count * mix.first)
      mix.final.count += count
      mix.final.atMs += count * (mix.atMs + delayMs)
      touched.add(mix)
    },
    later(mix, { count, delayMs, afterMs }) {
      course.firstAnswered(delayMs, count * mix.first)
      const atMs = Math.ceil(mix.atMs + delayMs + afterMs)
      mix.later.set(atMs, (mix.later.get(atMs) ?? 0) + count)
      touched.add(mix)
    },
    settle() {
      for (const mix of touched) {
        const { count, atMs } = mix.final
        for (const [firstMs, share] of count > 0 ? mix.again : [])
          course.finallyAnswered(atMs / count - firstMs, count * share)
        underway -= count
        if (of.clickEveryMs !== undefined) idle += count
        mix.final = { count: 0, atMs: 0 }
        for (const [againMs, some] of mix.later) {
          back.plan(againMs, mix.atMs, some * mix.first)
          for (const [firstMs, share] of mix.again) back.plan(againMs, firstMs, some * share)
        }
        mix.later.clear()
      }
      touched.clear()
    },
    comingBack: () => back.all(),
    underway: () => underway,
  }
}

const newcomers = (
  { forMs, buyers, clickEveryMs }: Funnel,
  { nowMs, idle, chance }: { nowMs: number; idle: number; chance: Chance },
): number => {
  if (nowMs >= forMs) return 0
  return clickEveryMs === undefined ? buyers / forMs : chance.poisson(idle / clickEveryMs)
}

interface Coming {
  count: number
  first: number // of them
  all: number // exactly
  again: Map<number, number> | undefined
}

const newMix = (nowMs: number, { count, first, all, again = new Map() }: Coming): Mix => {
  for (const [firstMs, part] of again) again.set(firstMs, part / all)
  const share = all === 0 ? 1 : first / all
  const sums = { final: { count: 0, atMs: 0 }, later: new Map<number, number>() }
  return { atMs: nowMs, count, first: share, again, ...sums }
}

const sum = (bins: Map<number, number> | undefined): number => {
  let all = 0
  for (const count of bins?.values() ?? []) all += count
  return all
}
