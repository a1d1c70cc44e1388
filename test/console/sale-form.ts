// The form of a sale in the hands of a test.

import type { Locator } from 'playwright-core'
import { english as said } from '../../web/console/english.ts'
import type { Engine, Json } from '../support/engine.ts'
import type { OperatorPage } from './operator-page.ts'

export interface SaleForm {
  field(label: string): Locator
  fill(texts: Record<string, string>): Promise<void>
  faultOf(label: string): Locator
  hintOf(label: string): Locator
}

export const saleForm = ({ page }: OperatorPage): SaleForm => {
  const field = (label: string) => page.getByLabel(label, { exact: true })
  const around = (label: string) => page.locator('.field', { has: field(label) })
  return {
    field,
    async fill(texts) {
      for (const [label, text] of Object.entries(texts)) await field(label).fill(text)
    },
    faultOf: (label) => around(label).locator('.fault'),
    hintOf: (label) => around(label).locator('.small'),
  }
}

// As little as a sale of a new product needs.
export const LITTLE = {
  [said.productTitle]: 'A lamp',
  [said.listPrice]: '199.90',
  [said.term.title]: 'Lamps at eight',
  [said.term.price]: '19.99',
  [said.term.stock]: '120',
}

export const salesOf = async (engine: Engine): Promise<Json[]> =>
  (await engine.look('/api/admin/sales')).body.sales
