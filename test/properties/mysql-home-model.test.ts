// The MySQL ledger beside the pure model, by fewer steps: each takes some milliseconds.

import { test } from 'node:test'
import { mysqlCatalog } from '../../src/adapters/mysql/catalog.ts'
import { mysqlLedger } from '../../src/adapters/mysql/ledger.ts'
import { emptyMysql } from '../adapters/mysql-setup.ts'
import { needsMysql } from '../support/needs-mysql.ts'
import { ledgerBesideModel } from './home-beside.ts'

test('the MySQL ledger decides and counts as the model does', needsMysql(), async (context) => {
  await using deps = await emptyMysql()
  const home = { ...deps, catalog: mysqlCatalog(deps), ledger: mysqlLedger(deps) }
  const limits = { runs: 8, stepsMin: 16, stepsMax: 80 }
  await ledgerBesideModel(context, { home, ...limits, file: import.meta.filename })
})
