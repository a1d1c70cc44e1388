// Every answer about challenges.

import { bringSolution, fetchChallenge, solve } from '../../support/challenge.ts'
import { type Engine, eventually, type Reply } from '../../support/engine.ts'
import { ask, type Drivers } from '../asking.ts'
import { withBody, withSession } from '../usual.ts'
import type { Worlds } from '../worlds.ts'

const SOLUTION = { solution: 'none' }

const blocked = async ({ shop, saleId, newBuyer }: Worlds, method: string): Promise<Reply> => {
  const { buyerId: buyer, sessionToken: credential } = await newBuyer()
  await ask(shop, 'POST /api/admin/blocklist', { body: { buyer, reason: 'a program' } })
  const body = method === 'POST' ? SOLUTION : undefined
  return eventually(
    () => ask(shop, `${method} /api/sales/${saleId}/challenge`, { credential, body }),
    ({ status }) => status === 403,
  )
}

// The first that is refused, of many at once.
const tooOften = async (shop: Engine, asked: string, of: object): Promise<Reply> => {
  const [credential] = await shop.tokens(saleIdIn(asked), ['1'])
  const all = Array.from({ length: 20 }, () => ask(shop, asked, { ...of, credential }))
  return (await Promise.all(all)).find(({ status }) => status === 429)!
}

const saleIdIn = (asked: string) => asked.split('/')[3]!

export const challenges: Drivers = {
  'GET /api/sales/{saleId}/challenge': {
    async 200({ shop, saleId, session }) {
      return fetchChallenge(shop, saleId, await session())
    },
    blocked: (worlds) => blocked(worlds, 'GET'),
    async 'no-such-sale'({ shop, session }) {
      return fetchChallenge(shop, '999', await session())
    },
    async 'rate-limited'({ shop }) {
      return tooOften(shop, `GET /api/sales/${await shop.sale()}/challenge`, {})
    },
    ...withSession('GET /api/sales/1/challenge'),
  },

  'POST /api/sales/{saleId}/challenge': {
    async 200({ shop, session }) {
      const saleId = await shop.sale()
      const credential = await session()
      const solution = await solve(shop, saleId, credential)
      return bringSolution(shop, { saleId, credential, solution })
    },
    blocked: (worlds) => blocked(worlds, 'POST'),
    async 'no-such-sale'({ shop, session }) {
      const credential = await session()
      return ask(shop, 'POST /api/sales/999/challenge', { credential, body: SOLUTION })
    },
    async 'challenge-failed'({ shop, session }) {
      const of = { saleId: await shop.sale(), credential: await session() }
      return bringSolution(shop, { ...of, ...SOLUTION })
    },
    async 'rate-limited'({ shop }) {
      const asked = `POST /api/sales/${await shop.sale()}/challenge`
      return tooOften(shop, asked, { body: SOLUTION })
    },
    ...withSession('POST /api/sales/1/challenge'),
    ...withBody('POST /api/sales/1/challenge', ({ session }) => session()),
  },
}
