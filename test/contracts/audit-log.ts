// What every audit log must keep: what was changed can be read, newest first, page by page.

import assert from 'node:assert/strict'
import type { AuditLog } from '../../src/ports/audit-log.ts'
import type { Catalog } from '../../src/ports/catalog.ts'
import { type Claims, contract, type ContractOptions, type TestTime } from './contract.ts'
import { sampleProduct } from './samples.ts'

export interface AuditLogSetup extends AsyncDisposable {
  auditLog: AuditLog
  catalog: Catalog
  time: TestTime
}

export const auditLogContract = (name: string, options: ContractOptions<AuditLogSetup>): void =>
  contract(`audit log: ${name}`, options, claims)

const claims: Claims<AuditLogSetup> = {
  'nothing was changed yet': async ({ auditLog }) => {
    assert.deepEqual(await auditLog.list({ limit: 10 }), [])
  },

  'a change says who, what, when and to which value': async ({ auditLog, catalog, time }) => {
    const { productId } = await catalog.createProduct(sampleProduct, 'ada')
    const [entry] = await auditLog.list({ limit: 10 })
    const { auditId, atMs, details, ...rest } = entry!
    const subject = `product ${productId}`
    assert.deepEqual(rest, { by: 'ada', change: 'create-product', subject, reason: '' })
    assert.match(auditId, /^[1-9]\d*$/)
    assert(Math.abs(atMs - time.nowMs()) < 1000)
    assert.equal((details as typeof sampleProduct).title, sampleProduct.title)
  },

  'entries come newest first, page by page, of one subject or of one operator': async ({
    auditLog,
    catalog,
  }) => {
    for (const by of ['ada', 'bob', 'ada']) await catalog.createProduct(sampleProduct, by)
    const all = await auditLog.list({ limit: 10 })
    assert.deepEqual(
      all.map(({ by }) => by),
      ['ada', 'bob', 'ada'],
    )
    const [newest, middle, oldest] = all
    assert.deepEqual(await auditLog.list({ limit: 1 }), [newest])
    assert.deepEqual(await auditLog.list({ limit: 10, before: newest!.auditId }), [middle, oldest])
    assert.deepEqual(await auditLog.list({ limit: 10, by: 'bob' }), [middle])
    assert.deepEqual(await auditLog.list({ limit: 10, subject: oldest!.subject }), [oldest])
    assert.deepEqual(await auditLog.list({ limit: 10, by: 'bob', subject: oldest!.subject }), [])
  },
}
