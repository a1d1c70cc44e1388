// What operators do in the middle of everything, and do again when they get no answer: they restock, pause
// and resume, and open one more sale.

import { randomUUID } from 'node:crypto'
import type { Chance } from '../../simulation/chance.ts'
import { type Fault, nothingToHeal } from '../fault.ts'
import type { Field } from '../field.ts'
import { insist, KINDS, openSale } from '../open-sale.ts'

const touches = ['operators'] as const

const UNITS_MAX = 20

const shopOf = ({ cluster, gateways, urlOf }: Field) => ({
  urls: gateways.map(urlOf),
  adminKey: cluster.adminKey,
})

// Told twice at least, under one key, by as many as do not get an answer.
const restock = async (field: Field, chance: Chance): Promise<void> => {
  const { urls, adminKey } = shopOf(field)
  const { saleId } = chance.pick(field.sales)
  const body = JSON.stringify({ units: 1 + chance.below(UNITS_MAX), reason: 'more have come' })
  const headers = {
    authorization: `Bearer ${adminKey}`,
    'content-type': 'application/json',
    'idempotency-key': `campaign-${randomUUID()}`,
  }
  for (const turn of [0, 1])
    await insist({ urls: [urls[turn]!, ...urls], adminKey }, async () => {
      const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS)
      const url = `${urls[turn]!}/api/admin/sales/${saleId}/restock`
      const reply = await fetch(url, { method: 'POST', headers, body, signal })
      if (!reply.ok) throw new Error(`restock: ${reply.status} ${await reply.text()}`)
    })
}

const ANSWERS_WITHIN_MS = 10_000

export const OPERATOR_FAULTS: Fault[] = [
  {
    name: 'operators restock, and again',
    touches,
    holdMs: [0, 500],
    async begin(field, chance) {
      const restocking = Promise.all([restock(field, chance), restock(field, chance)])
      restocking.catch(() => undefined) // told when it is healed
      return async () => void (await restocking)
    },
  },
  {
    name: 'operators pause a sale, and resume it',
    touches,
    holdMs: [200, 1500],
    async begin(field, chance) {
      const { saleId } = chance.pick(field.sales)
      const tell = (verb: string) =>
        insist(shopOf(field), (shop) => shop.post(`/api/admin/sales/${saleId}/${verb}`))
      const pausing = tell('pause')
      pausing.catch(() => undefined) // told when it is healed
      return async () => {
        await pausing
        await tell('resume')
      }
    },
  },
  {
    name: 'operators open one more sale',
    touches,
    holdMs: [0, 0],
    async begin(field, chance) {
      if (field.sales.length >= SALES_MAX) return nothingToHeal
      const opening = openSale(shopOf(field), chance.pick(KINDS))
      opening.catch(() => undefined) // told when it is healed
      return async () => void field.sales.push(await opening)
    },
  },
]

const SALES_MAX = 6 // of a round
