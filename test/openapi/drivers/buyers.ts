// Every answer about accounts, sessions and entries.

import { PASSWORD } from '../../support/accounts.ts'
import { type Engine, eventually, type Reply } from '../../support/engine.ts'
import { ask, type Drivers } from '../asking.ts'
import { withBody, withSession } from '../usual.ts'
import type { Worlds } from '../worlds.ts'

const account = (name: string) => ({ body: { name, password: PASSWORD } })

const twice = async (engine: Engine, asked: string): Promise<Reply> => {
  await ask(engine, asked, account('only one'))
  return ask(engine, asked, account('only one'))
}

const accounts: Drivers = {
  'POST /api/buyers': {
    201: ({ shop }) => ask(shop, 'POST /api/buyers', account('new here')),
    'name-taken': ({ shop }) => twice(shop, 'POST /api/buyers'),
    busy: async ({ crowd }) => (await crowd()).signUp,
    'too-many-tries': async ({ strict }) => twice(await strict(), 'POST /api/buyers'),
    async 'accounts-elsewhere'({ elsewhere }) {
      return ask((await elsewhere()).engine, 'POST /api/buyers', account('only one'))
    },
    ...withBody('POST /api/buyers'),
  },

  'POST /api/sessions': {
    async 201({ shop }) {
      await ask(shop, 'POST /api/buyers', account('bob'))
      return ask(shop, 'POST /api/sessions', account('bob'))
    },
    'wrong-name-or-password': ({ shop }) => ask(shop, 'POST /api/sessions', account('nobody')),
    busy: async ({ crowd }) => (await crowd()).signIn,
    'too-many-tries': async ({ strict }) => twice(await strict(), 'POST /api/sessions'),
    async 'accounts-elsewhere'({ elsewhere }) {
      return ask((await elsewhere()).engine, 'POST /api/sessions', account('only one'))
    },
    ...withBody('POST /api/sessions'),
  },

  'DELETE /api/sessions/current': {
    async 204({ shop, newBuyer }) {
      const { sessionToken: credential } = await newBuyer()
      return ask(shop, 'DELETE /api/sessions/current', { credential })
    },
    async 'accounts-elsewhere'({ elsewhere }) {
      const { engine, issuer } = await elsewhere()
      return ask(engine, 'DELETE /api/sessions/current', { credential: await issuer.sign() })
    },
    ...withSession('DELETE /api/sessions/current'),
  },
}

const HOUR_MS = 3_600_000

const later = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString()

// A new buyer who is blocked: both ways into a sale are closed for him.
const askBlocked = async ({ shop, newBuyer }: Worlds, asked: string): Promise<Reply> => {
  const { buyerId: buyer, sessionToken: credential } = await newBuyer()
  await ask(shop, 'POST /api/admin/blocklist', { body: { buyer, reason: 'a thief' } })
  return eventually(
    () => ask(shop, asked, { credential }),
    ({ status }) => status === 403,
  )
}

const entries: Drivers = {
  'POST /api/sales/{saleId}/entries': {
    async 201({ shop, saleId, session }) {
      const credential = await session()
      return ask(shop, `POST /api/sales/${saleId}/entries`, { credential })
    },
    blocked: (worlds) => askBlocked(worlds, `POST /api/sales/${worlds.saleId}/entries`),
    async 'challenge-required'({ shop, session }) {
      const saleId = await shop.sale({ limits: { challenge: 'entry' } })
      const credential = await session()
      return ask(shop, `POST /api/sales/${saleId}/entries`, { credential })
    },
    async 'not-started'({ shop, session }) {
      const saleId = await shop.sale({ startsAt: later(2), endsAt: later(3) })
      const credential = await session()
      return ask(shop, `POST /api/sales/${saleId}/entries`, { credential })
    },
    async 'no-such-sale'({ shop, session }) {
      const credential = await session()
      return ask(shop, 'POST /api/sales/999/entries', { credential })
    },
    async ended({ shop, session }) {
      const saleId = await shop.sale()
      await ask(shop, `POST /api/admin/sales/${saleId}/close`)
      const credential = await session()
      return ask(shop, `POST /api/sales/${saleId}/entries`, { credential })
    },
    ...withSession('POST /api/sales/1/entries'),
    ...withBody('POST /api/sales/1/entries', ({ session }) => session()),
  },

  'GET /api/sales/{saleId}/entries/me': {
    async 200({ shop, saleId, session }) {
      const credential = await session()
      await ask(shop, `POST /api/sales/${saleId}/entries`, { credential })
      return ask(shop, `GET /api/sales/${saleId}/entries/me`, { credential })
    },
    blocked: (worlds) => askBlocked(worlds, `GET /api/sales/${worlds.saleId}/entries/me`),
    async 'no-such-entry'({ shop, session }) {
      const saleId = await shop.sale()
      const credential = await session()
      return ask(shop, `GET /api/sales/${saleId}/entries/me`, { credential })
    },
    async 'no-such-sale'({ shop, session }) {
      const credential = await session()
      return ask(shop, 'GET /api/sales/999/entries/me', { credential })
    },
    ...withSession('GET /api/sales/1/entries/me'),
  },
}

export const buyers: Drivers = { ...accounts, ...entries }
