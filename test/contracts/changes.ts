// What every carrier of news must keep: whoever reads from a cursor on misses nothing.

import assert from 'node:assert/strict'
import type { Change, Changes } from '../../src/ports/changes.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { ID_MAX } from './samples.ts'

export interface ChangesSetup extends AsyncDisposable {
  changes: Changes
}

export const changesContract = (name: string, options: ContractOptions<ChangesSetup>): void =>
  contract(`changes: ${name}`, options, claims)

const news = (...saleIds: string[]): Change[] => saleIds.map((saleId) => ({ kind: 'sale', saleId }))

const claims: Claims<ChangesSetup> = {
  'news are read in order, from the cursor on': async ({ changes }) => {
    await changes.append(news('1'))
    const start = await changes.end()
    await changes.append(news('2', '3'))
    await changes.append(news('2', ID_MAX))
    const read = await changes.readSince(start)
    assert.deepEqual(read.changes, news('2', '3', '2', ID_MAX))
  },

  'news that name no sale are read as they were appended': async ({ changes }) => {
    const start = await changes.end()
    const mixed: Change[] = [{ kind: 'blocklist' }, ...news('1'), { kind: 'blocklist' }]
    await changes.append(mixed)
    assert.deepEqual((await changes.readSince(start)).changes, mixed)
  },

  'a cursor that was read to its end finds only what is newer': async ({ changes }) => {
    const start = await changes.end()
    await changes.append(news('1'))
    const { cursor } = await changes.readSince(start)
    assert.deepEqual(await changes.readSince(cursor), { changes: [], cursor, missed: false })
    await changes.append(news('2'))
    assert.deepEqual((await changes.readSince(cursor)).changes, news('2'))
  },

  'two readers each see everything': async ({ changes }) => {
    const start = await changes.end()
    await changes.append(news('1', '2'))
    assert.deepEqual(await changes.readSince(start), await changes.readSince(start))
  },

  'news appended at once are all there': async ({ changes }) => {
    const start = await changes.end()
    const ids = Array.from({ length: 20 }, (_, at) => String(at + 1))
    await Promise.all(ids.map((id) => changes.append(news(id))))
    const read = await changes.readSince(start)
    const found = read.changes.map((change) => (change.kind === 'sale' ? change.saleId : ''))
    assert.deepEqual(found.toSorted(), ids.toSorted())
  },

  'a reader that news were thrown away before is told, and reads on from the end': async ({
    changes,
  }) => {
    await changes.append(news('1'))
    const start = await changes.end()
    const many = news(...Array.from({ length: 11_000 }, (_, at) => String(at + 1)))
    await changes.append(many)
    const read = await changes.readSince(start)
    assert(read.missed || read.changes.length === many.length, 'nothing is lost in silence')
    const end = await changes.end()
    assert.deepEqual(await changes.readSince(end), { changes: [], cursor: end, missed: false })
    await changes.append(news('2'))
    const { changes: newer, missed } = await changes.readSince(end)
    assert.deepEqual({ newer, missed }, { newer: news('2'), missed: false })
  },

  'appending nothing is no news': async ({ changes }) => {
    const start = await changes.end()
    await changes.append([])
    assert.equal(await changes.end(), start)
  },
}
