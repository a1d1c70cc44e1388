// Every answer about who may not take part.

import { BLOCKS_MAX } from '../../../src/domain/block.ts'
import { ask, type Drivers } from '../asking.ts'
import { operatorsList, operatorsWrite } from '../usual.ts'
import { write } from '../worlds.ts'

const BLOCK = { address: '192.0.2.1', reason: 'a thief' }

const LIFT = { address: '192.0.2.9' }

const FILL = `
  with recursive numbers (number) as (
    select 1
    union all
    select number + 1 from numbers where number < ${BLOCKS_MAX.cidr}
  )
  insert into blocklist (kind, value, reason, by, created_at, version)
  select 'cidr', 'network ' || number, '', '', 0, number
  from numbers
`

export const blocklist: Drivers = {
  'GET /api/admin/blocklist': {
    200: ({ shop }) => ask(shop, 'GET /api/admin/blocklist'),
    ...operatorsList('GET /api/admin/blocklist'),
  },

  'POST /api/admin/blocklist': {
    async 201({ shop }) {
      const body = { ...BLOCK, address: '192.0.2.2' }
      return ask(shop, 'POST /api/admin/blocklist', { body })
    },
    async 200({ shop }) {
      await ask(shop, 'POST /api/admin/blocklist', { body: BLOCK })
      return ask(shop, 'POST /api/admin/blocklist', { body: BLOCK })
    },
    async 'blocklist-full'({ strict }) {
      const engine = await strict()
      await write(engine, FILL)
      const body = { cidr: '198.51.100.0/24', reason: 'one too many' }
      return ask(engine, 'POST /api/admin/blocklist', { body })
    },
    ...operatorsWrite('POST /api/admin/blocklist', BLOCK),
  },

  'DELETE /api/admin/blocklist': {
    async 204({ shop }) {
      await ask(shop, 'POST /api/admin/blocklist', { body: BLOCK })
      return ask(shop, 'DELETE /api/admin/blocklist', { body: { address: BLOCK.address } })
    },
    'no-such-block': ({ shop }) => ask(shop, 'DELETE /api/admin/blocklist', { body: LIFT }),
    ...operatorsWrite('DELETE /api/admin/blocklist', LIFT),
  },

  'DELETE /api/admin/blocklist/{blockId}': {
    async 204({ shop }) {
      const { body } = await ask(shop, 'POST /api/admin/blocklist', { body: BLOCK })
      return ask(shop, `DELETE /api/admin/blocklist/${body.blockId}`)
    },
    'no-such-block': ({ shop }) => ask(shop, 'DELETE /api/admin/blocklist/999'),
    ...operatorsWrite('DELETE /api/admin/blocklist/999', {}),
  },
}
