// The SQLite ledger beside the pure model.

import { test } from 'node:test'
import { makeSqlite } from '../adapters/sqlite-setup.ts'
import { ledgerBesideModel } from './home-beside.ts'

test('the SQLite ledger decides and counts as the model does', async (context) => {
  await using home = await makeSqlite()
  home.database.select('pragma synchronous = off').all() // what is compared is not durability
  const limits = { runs: 250, stepsMin: 10_000, stepsMax: 140 }
  await ledgerBesideModel(context, { home, ...limits, file: import.meta.filename })
})
