// What processes tell of themselves: the newest of each, and of none that is silent.

import assert from 'node:assert/strict'
import { noOutcomes, type ProcessFigures } from '../../src/domain/figures.ts'
import { type Figures, FIGURES_MS } from '../../src/ports/figures.ts'
import { type Claims, contract, type ContractOptions, until } from './contract.ts'

export interface FiguresSetup extends AsyncDisposable {
  figures: Figures
}

export const figuresContract = (name: string, options: ContractOptions<FiguresSetup>): void =>
  contract(`figures: ${name}`, options, claims)

export const sampleFigures = (process: string, attempts = 0): ProcessFigures => {
  const perSecond = { attempts, asked: 0, accepted: 0, recorded: 0, outcomes: noOutcomes() }
  return {
    process,
    role: 'gateway',
    version: '1.2.3',
    uptimeSeconds: 7,
    rates: { lastSecond: perSecond, lastTenSeconds: perSecond },
    latency: [[3, 14]],
    eventLoopDelay: { p99Ms: 1.5, maxMs: 9 },
    breakers: { stock: 1, promise: 0 },
  }
}

const claims: Claims<FiguresSetup> = {
  'before anybody has told there is nothing': async ({ figures }) => {
    assert.deepEqual(await figures.read(), [])
  },

  'what a process told last is read, and nothing of before': async ({ figures }) => {
    await figures.tell(sampleFigures('gateway 1', 1))
    await figures.tell(sampleFigures('gateway 1', 2))
    assert.deepEqual(await figures.read(), [sampleFigures('gateway 1', 2)])
  },
}

const together: Claims<FiguresSetup> = {
  'each process is told of beside the others, until it is silent': async ({ figures }) => {
    await figures.tell(sampleFigures('gateway 1'))
    await figures.tell(sampleFigures('worker 2'))
    const all = await figures.read()
    assert.deepEqual(all.map(({ process }) => process).sort(), ['gateway 1', 'worker 2'])
    const left = await until(async () => {
      await figures.tell(sampleFigures('worker 2'))
      const now = await figures.read()
      return now.length === 1 ? now : undefined
    }, FIGURES_MS + 3000)
    assert.deepEqual(left, [sampleFigures('worker 2')])
  },
}

// Of those that several processes share.
export const sharedFiguresContract = (name: string, options: ContractOptions<FiguresSetup>): void =>
  contract(`figures of several: ${name}`, options, together)
