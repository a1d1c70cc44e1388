// Messages that could never be recorded, for operators: look at them, put one back on the queue. There
// it is decided like any other, and may come back here.

import { isId } from '../../domain/ids.ts'
import { replayDeadLetter } from '../../flows/operators/replay-dead-letter.ts'
import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { json, problem } from '../answers.ts'
import { listPage } from '../list-page.ts'
import { DeadLettersQuery, DeadLettersView, ReplayedView } from '../schemas/dead-letters.ts'
import { route } from '../schemas/route.ts'
import { ReasonBody } from '../schemas/sales.ts'
import { answer, type App } from '../server.ts'
import { instant } from '../views.ts'
import { operatorOf, operatorsOnly } from './operators.ts'

type DeadLetterPorts = Pick<Ports, 'catalog' | 'deadLetters' | 'queue'>

export const deadLetterRoutes =
  ({ ports, find }: { ports: DeadLetterPorts; find: FindOperator }) =>
  (app: App) => {
    operatorsOnly(app, find)

    app.get<{ Querystring: DeadLettersQuery }>(
      '/api/admin/dead-letters',
      { schema: LIST },
      async ({ query }) => {
        const { rows, nextCursor } = await listPage(query, {
          read: (at) => ports.deadLetters.list(at),
          idOf: ({ deadLetterId }) => deadLetterId,
        })
        const shown = rows.map(({ atMs, ...letter }) => ({ ...letter, at: instant(atMs) }))
        return { deadLetters: shown, nextCursor }
      },
    )

    app.post<{ Params: { deadLetterId: string }; Body: ReasonBody }>(
      '/api/admin/dead-letters/:deadLetterId/replay',
      { schema: REPLAY },
      async (request, reply) => {
        const { deadLetterId } = request.params
        if (!isId(deadLetterId)) return answer(reply, problem('no-such-dead-letter'))
        const change = { deadLetterId, reason: request.body?.reason ?? '', by: operatorOf(request) }
        const status = await replayDeadLetter(ports, change)
        if (status !== 'queued') return answer(reply, problem(status))
        return answer(reply, json(202, { deadLetterId, status }))
      },
    )
  }

const LIST = route({
  summary: 'Messages that could not be recorded, newest first',
  tag: 'operators',
  credentials: ['admin-key'],
  query: DeadLettersQuery,
  answers: { 200: DeadLettersView },
  refusals: [],
})

const REPLAY = route({
  summary: 'Put a dead letter back on the queue',
  tag: 'operators',
  credentials: ['admin-key'],
  body: ReasonBody,
  answers: { 202: ReplayedView },
  refusals: ['forbidden', 'no-such-dead-letter', 'unreadable-dead-letter'],
})
