// What every store of entries must keep: one entry per buyer and sale, with one id.

import assert from 'node:assert/strict'
import type { Entries } from '../../src/ports/entries.ts'
import { type Claims, contract, type ContractOptions, type TestTime } from './contract.ts'
import { ID_MAX } from './samples.ts'

export interface EntriesSetup extends AsyncDisposable {
  entries: Entries
  time: TestTime
}

export const entriesContract = (name: string, options: ContractOptions<EntriesSetup>): void =>
  contract(`entries: ${name}`, options, claims)

const mine = { saleId: '7', buyerId: ID_MAX }

const claims: Claims<EntriesSetup> = {
  'an entry is read as it was made': async ({ entries, time }) => {
    const entry = await entries.enter({ ...mine, phase: 'waiting' })
    const { entryId } = entry
    const expected = { entryId, ...mine, phase: 'waiting', createdAtMs: time.nowMs() }
    assert.deepEqual({ ...entry }, expected)
    assert.deepEqual({ ...(await entries.read(mine)) }, expected)
  },

  'entering again finds the same entry, with the phase it has': async ({ entries, time }) => {
    const first = await entries.enter({ ...mine, phase: 'waiting' })
    await time.pass(5)
    assert.deepEqual(await entries.enter({ ...mine, phase: 'admitted' }), first)
  },

  'whoever enters many times at once has one entry': async ({ entries }) => {
    const entered = Array.from({ length: 20 }, () => entries.enter({ ...mine, phase: 'admitted' }))
    const ids = (await Promise.all(entered)).map(({ entryId }) => entryId)
    assert.equal(new Set(ids).size, 1)
  },

  'another buyer and another sale have entries of their own': async ({ entries }) => {
    const others = [mine, { ...mine, saleId: '8' }, { ...mine, buyerId: '1' }]
    const made = await Promise.all(others.map((at) => entries.enter({ ...at, phase: 'admitted' })))
    assert.equal(new Set(made.map(({ entryId }) => entryId)).size, 3)
    assert.equal(await entries.read({ saleId: '8', buyerId: '1' }), undefined)
  },
}
