// Who may not take part, for operators: block, renew, look, lift.

import type { FastifyReply } from 'fastify'
import {
  addressTarget,
  type Block,
  type BlockTarget,
  buyerTarget,
  cidrTarget,
  PREFIX_MIN,
} from '../../domain/block.ts'
import { isId } from '../../domain/ids.ts'
import { block, blockAll, liftBlock } from '../../flows/operators/block.ts'
import type { LiftBlock, NewBlock } from '../../ports/blocklist.ts'
import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { json, problem } from '../answers.ts'
import { listPage } from '../list-page.ts'
import {
  BlockBody,
  BlockedView,
  BlocklistQuery,
  BlocklistView,
  BlockView,
  LiftBody,
} from '../schemas/blocklist.ts'
import { route } from '../schemas/route.ts'
import { ReasonBody } from '../schemas/sales.ts'
import { answer, type App } from '../server.ts'
import { instant } from '../views.ts'
import { operatorOf, operatorsOnly } from './operators.ts'

export interface BlocklistDeps {
  ports: Pick<Ports, 'blocklist' | 'changes' | 'clock'>
  find: FindOperator
}

const PATH = '/api/admin/blocklist'

export const blocklistRoutes = (deps: BlocklistDeps) => (app: App) => {
  operatorsOnly(app, deps.find)
  listRoute(app, deps)
  blockRoute(app, deps)
  liftRoutes(app, deps)
}

const listRoute = (app: App, { ports }: BlocklistDeps) => {
  app.get<{ Querystring: BlocklistQuery }>(PATH, { schema: LIST }, async ({ query }) => {
    const { buyer } = query
    const kind = buyer === undefined ? query.kind : 'buyer'
    const { rows, nextCursor } = await listPage(query, {
      read: (at) => ports.blocklist.list({ ...at, kind, value: buyer }),
      idOf: ({ blockId }) => blockId,
    })
    return { blocks: rows.map(blockView), nextCursor }
  })
}

const blockRoute = (app: App, { ports }: BlocklistDeps) => {
  const options = { schema: BLOCK, bodyLimit: BLOCKS_BODY_MAX }
  app.post<{ Body: BlockBody }>(PATH, options, async (request, reply) => {
    const { reason, until, blocks, ...named } = request.body
    const untilMs = until === undefined ? undefined : Date.parse(until)
    const how = { untilMs, reason, by: operatorOf(request) }
    if (blocks !== undefined) return blockMany(ports, reply, { blocks, named, how })
    const target = targetOf(named)
    if ('detail' in target) return answer(reply, problem('malformed', target))
    const blocked = await block(ports, { ...target, ...how })
    switch (blocked.result) {
      case 'blocked':
        return answer(reply, json(201, blockView(blocked.block)))
      case 'renewed':
        return answer(reply, json(200, blockView(blocked.block)))
      case 'past':
        return answer(reply, problem('malformed', PAST))
      case 'full':
        return answer(reply, problem('blocklist-full'))
    }
  })
}

const PAST = { detail: 'until: this is in the past' }

const BLOCKS_BODY_MAX = 256 * 1024

// All of them, or none.
const blockMany = async (
  ports: BlocklistDeps['ports'],
  reply: FastifyReply,
  of: { blocks: Named[]; named: Named; how: Omit<NewBlock, 'kind' | 'value'> },
) => {
  if (Object.keys(of.named).length > 0) return answer(reply, problem('malformed', { detail: ONE }))
  const targets = of.blocks.map(targetOf)
  for (const [at, target] of targets.entries())
    if ('detail' in target) {
      const detail = `blocks/${at}: ${target.detail}`
      return answer(reply, problem('malformed', { detail }))
    }
  const changes = targets.map((target) => ({ ...(target as BlockTarget), ...of.how }))
  const { result, ...counts } = await blockAll(ports, changes)
  switch (result) {
    case 'blocked':
      return answer(reply, json(200, counts))
    case 'past':
      return answer(reply, problem('malformed', PAST))
    case 'full':
      return answer(reply, problem('blocklist-full'))
  }
}

const liftRoutes = (app: App, { ports }: BlocklistDeps) => {
  const lift = async (reply: FastifyReply, change: LiftBlock) => {
    if ((await liftBlock(ports, change)) === 'no-such-block')
      return answer(reply, problem('no-such-block'))
    return answer(reply, { status: 204, headers: {}, body: '' })
  }

  app.delete<{ Body: LiftBody }>(PATH, { schema: LIFT }, async (request, reply) => {
    const { reason = '', ...named } = request.body
    const target = targetOf(named)
    if ('detail' in target) return answer(reply, problem('malformed', target))
    return lift(reply, { target, reason, by: operatorOf(request) })
  })

  app.delete<{ Params: { blockId: string }; Body: ReasonBody }>(
    `${PATH}/:blockId`,
    { schema: LIFT_BY_ID },
    async (request, reply) => {
      const { blockId } = request.params
      if (!isId(blockId)) return answer(reply, problem('no-such-block'))
      const reason = request.body?.reason ?? ''
      return lift(reply, { target: { blockId }, reason, by: operatorOf(request) })
    },
  )
}

interface Named {
  buyer?: string
  address?: string
  cidr?: string
}

const ONE = 'name one of buyer, address and cidr, or a list of blocks'
const NO_ADDRESS = 'address: must be an IPv4 or IPv6 address'
const NO_CIDR = `cidr: must name the first address of a network of at most /${PREFIX_MIN.v4} (IPv4) or /${PREFIX_MIN.v6} (IPv6), like 192.0.2.0/24`

const targetOf = (named: Named): BlockTarget | { detail: string } => {
  const { buyer, address, cidr } = named
  if (Object.keys(named).length !== 1) return { detail: ONE }
  if (buyer !== undefined) return buyerTarget(buyer)
  if (address !== undefined) return addressTarget(address) ?? { detail: NO_ADDRESS }
  return cidrTarget(cidr!) ?? { detail: NO_CIDR }
}

const blockView = ({ blockId, kind, value, reason, by, untilMs, createdAtMs }: Block) => ({
  blockId,
  [kind]: value,
  reason,
  by,
  until: untilMs === undefined ? undefined : instant(untilMs),
  createdAt: instant(createdAtMs),
})

const LIST = route({
  summary: 'Blocks in force, newest first',
  tag: 'operators',
  credentials: ['admin-key'],
  query: BlocklistQuery,
  answers: { 200: BlocklistView },
  refusals: [],
})

const BLOCK = route({
  summary: 'Block a buyer, an address or a network, or many; what is blocked already is renewed',
  tag: 'operators',
  credentials: ['admin-key'],
  body: BlockBody,
  answers: { 200: BlockedView, 201: BlockView },
  refusals: ['forbidden', 'blocklist-full'],
})

const LIFTED = { contentType: undefined, description: 'The block is lifted' }

const LIFT = route({
  summary: 'Lift the block of a buyer, an address or a network',
  tag: 'operators',
  credentials: ['admin-key'],
  body: LiftBody,
  answers: { 204: LIFTED },
  refusals: ['forbidden', 'no-such-block'],
})

const LIFT_BY_ID = route({
  summary: 'Lift a block by its id',
  tag: 'operators',
  credentials: ['admin-key'],
  body: ReasonBody,
  answers: { 204: LIFTED },
  refusals: ['forbidden', 'no-such-block'],
})
