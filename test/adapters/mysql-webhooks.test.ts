// The contracts of webhooks and of the changes they are made of, on MySQL.

import { mysqlAuditLog } from '../../src/adapters/mysql/audit-log.ts'
import { mysqlCatalog } from '../../src/adapters/mysql/catalog.ts'
import { mysqlOrderChanges } from '../../src/adapters/mysql/order-changes.ts'
import { mysqlOrderStore } from '../../src/adapters/mysql/order-store.ts'
import { mysqlPayments } from '../../src/adapters/mysql/payments.ts'
import { mysqlWebhooks } from '../../src/adapters/mysql/webhooks.ts'
import { orderChangesContract } from '../contracts/order-changes.ts'
import { webhooksContract } from '../contracts/webhooks.ts'
import { needsMysql } from '../support/needs-mysql.ts'
import { emptyMysql } from './mysql-setup.ts'

const make = async () => {
  const deps = await emptyMysql()
  return {
    ...deps,
    auditLog: mysqlAuditLog(deps),
    catalog: mysqlCatalog(deps),
    orderChanges: mysqlOrderChanges(deps),
    orders: mysqlOrderStore(deps),
    payments: mysqlPayments(deps),
    webhooks: mysqlWebhooks(deps),
  }
}

const { skip } = needsMysql()

orderChangesContract('mysql', { make, missing: skip })
webhooksContract('mysql', { make, missing: skip })
