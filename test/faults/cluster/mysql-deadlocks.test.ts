// Somebody else's transactions lock the rows of the stock and of the ledger that orders need, in the
// other order, so that one of both is the victim of a deadlock again and again, or waits too long. It is
// begun anew, and nothing is lost or done twice.
//
// RIVALS=100 SEED=7 node --test test/faults/cluster/mysql-deadlocks.test.ts

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConnection } from 'mysql2/promise'
import { startClusterSale } from '../../support/cluster-sale.ts'
import { needsCluster } from '../../support/needs-cluster.ts'

const RIVALS = Number(process.env.RIVALS ?? 20)

const LOCK_STOCK = 'update sale_stock set version = version where sale_id = ?'

// Keys and the gaps between them: nobody can insert a row there either.
const LOCK_LEDGER = 'select count(*) from stock_ledger for update'

const DEADLOCK = 1213
const WAITED_TOO_LONG = 1205

test('rivals that lock what orders need', needsCluster(), async (context) => {
  await using sale = await startClusterSale(context, {})
  const { SECKILL_STORE_URL: databases } = sale.cluster.servers.settings
  await using opened = new AsyncDisposableStack()
  const rival = await createConnection(databases!.split(',')[0]!)
  opened.defer(() => rival.end())
  await rival.query('set session innodb_lock_wait_timeout = 2')
  const ends = { committed: 0, deadlocks: 0, waited: 0 }
  await sale.sells(50)
  for (let turn = 1; turn <= RIVALS; turn += 1) {
    await rival.query('start transaction')
    try {
      await rival.query(LOCK_STOCK, [sale.saleId])
      await sale.reaches('accepted', 3) // so that somebody has the ledger, and waits for the stock
      await rival.query(LOCK_LEDGER)
      await rival.query('commit')
      ends.committed += 1
    } catch (error) {
      const { errno } = error as { errno?: number }
      assert([DEADLOCK, WAITED_TOO_LONG].includes(errno!), String(error))
      await rival.query('rollback')
      if (errno === DEADLOCK) ends.deadlocks += 1
      else ends.waited += 1
    }
  }
  context.diagnostic(`of ${RIVALS} rivals: ${JSON.stringify(ends)}`)
  await sale.sells(50)
  await sale.ends()
})
