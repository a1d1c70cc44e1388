// Every answer to the change of a sale.

import type { Engine, Reply } from '../../support/engine.ts'
import { type Answers, ask, type Drivers } from '../asking.ts'
import { operatorsRepeatableWrite, operatorsWrite } from '../usual.ts'

const later = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

// A sale whose terms can still be changed.
const earlySale = (shop: Engine) => shop.sale({ startsAt: later(2), endsAt: later(3) })

const ANY_VERSION = { headers: { 'if-match': '*' } }
const OTHER_VERSION = { headers: { 'if-match': '"999"' } }

const edit = (shop: Engine, saleId: string, of: { headers?: Record<string, string> }) =>
  ask(shop, `PATCH /api/admin/sales/${saleId}`, { body: { price: 5 }, ...of })

const changeClosed = async (shop: Engine, verb: string, body?: object): Promise<Reply> => {
  const saleId = await shop.sale()
  await ask(shop, `POST /api/admin/sales/${saleId}/close`)
  return ask(shop, `POST /api/admin/sales/${saleId}/${verb}`, { body })
}

const changeNone = (shop: Engine, verb: string, body?: object): Promise<Reply> =>
  ask(shop, `POST /api/admin/sales/999/${verb}`, { body })

const terms: Drivers = {
  'PATCH /api/admin/sales/{saleId}': {
    200: async ({ shop }) => edit(shop, await earlySale(shop), ANY_VERSION),
    'no-such-sale': ({ shop }) => edit(shop, '999', ANY_VERSION),
    async 'sale-closed'({ shop }) {
      const saleId = await earlySale(shop)
      await ask(shop, `POST /api/admin/sales/${saleId}/close`)
      return edit(shop, saleId, ANY_VERSION)
    },
    'sale-started': ({ shop, saleId }) => edit(shop, saleId, ANY_VERSION),
    'version-changed': ({ shop, saleId }) => edit(shop, saleId, OTHER_VERSION),
    'version-missing': ({ shop, saleId }) => edit(shop, saleId, {}),
    ...operatorsWrite('PATCH /api/admin/sales/999', { price: 5 }),
  },

  'DELETE /api/admin/sales/{saleId}': {
    async 204({ shop }) {
      return ask(shop, `DELETE /api/admin/sales/${await earlySale(shop)}`)
    },
    'no-such-sale': ({ shop }) => ask(shop, 'DELETE /api/admin/sales/999'),
    'sale-started': ({ shop, saleId }) => ask(shop, `DELETE /api/admin/sales/${saleId}`),
    'version-changed': ({ shop, saleId }) =>
      ask(shop, `DELETE /api/admin/sales/${saleId}`, OTHER_VERSION),
    ...operatorsWrite('DELETE /api/admin/sales/999', {}),
  },
}

const RESTOCK = { units: 1, reason: 'more have come' }

const STOP = { reason: 'look first' }

// Where others do not go on selling.
const inAnotherShop = (answers: Answers): Answers =>
  Object.fromEntries(
    Object.entries(answers).map(([name, drive]) => [
      name,
      async (worlds) => drive({ ...worlds, shop: await worlds.strict() }),
    ]),
  )

const states: Drivers = {
  'POST /api/admin/sales/{saleId}/pause': {
    200: async ({ shop }) => ask(shop, `POST /api/admin/sales/${await shop.sale()}/pause`),
    'no-such-sale': ({ shop }) => changeNone(shop, 'pause'),
    'sale-closed': ({ shop }) => changeClosed(shop, 'pause'),
    ...operatorsWrite('POST /api/admin/sales/999/pause', {}),
  },

  'POST /api/admin/sales/{saleId}/resume': {
    200: ({ shop, saleId }) => ask(shop, `POST /api/admin/sales/${saleId}/resume`),
    'no-such-sale': ({ shop }) => changeNone(shop, 'resume'),
    'sale-closed': ({ shop }) => changeClosed(shop, 'resume'),
    ...operatorsWrite('POST /api/admin/sales/999/resume', {}),
  },

  'POST /api/admin/sales/{saleId}/close': {
    200: ({ shop }) => changeClosed(shop, 'close'),
    'no-such-sale': ({ shop }) => changeNone(shop, 'close'),
    ...operatorsWrite('POST /api/admin/sales/999/close', {}),
  },

  'POST /api/admin/sales/{saleId}/restock': {
    200: ({ shop, saleId }) =>
      ask(shop, `POST /api/admin/sales/${saleId}/restock`, { body: RESTOCK }),
    'no-such-sale': ({ shop }) => changeNone(shop, 'restock', RESTOCK),
    'sale-closed': ({ shop }) => changeClosed(shop, 'restock', RESTOCK),
    ...operatorsRepeatableWrite('POST /api/admin/sales/999/restock', RESTOCK),
  },

  'POST /api/admin/stop': inAnotherShop({
    200: ({ shop }) => ask(shop, 'POST /api/admin/stop', { body: STOP }),
    ...operatorsWrite('POST /api/admin/stop', STOP),
  }),
}

export const saleChanges: Drivers = { ...terms, ...states }
