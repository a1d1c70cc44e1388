// What goes on now, for operators: once, or every second for as long as somebody watches.

import type { FindOperator } from '../admin-keys.ts'
import { problem } from '../answers.ts'
import type { Overview } from '../overview.ts'
import { OverviewView } from '../schemas/overview.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'
import { operatorsOnly } from './operators.ts'

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'x-accel-buffering': 'no', // nothing in between may hold a stream back
  connection: 'close',
}

const COME_BACK_SECONDS = 5

export const overviewRoutes =
  ({ overview, find }: { overview: Overview; find: FindOperator }) =>
  (app: App) => {
    operatorsOnly(app, find)
    app.addHook('preClose', async () => overview.close())

    app.get('/api/admin/overview', { schema: READ }, async () => overview.read())

    app.get(
      '/api/admin/overview/events',
      { schema: WATCH, exposeHeadRoute: false },
      async (_request, reply) => {
        const stream = overview.watch()
        if (stream) return reply.headers(STREAM_HEADERS).send(stream)
        return answer(reply, problem('busy', { retrySeconds: COME_BACK_SECONDS }))
      },
    )
  }

const READ = route({
  summary: 'What goes on now',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: OverviewView },
  refusals: [],
})

const WATCH = route({
  summary: 'What goes on, every second',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: {
    200: {
      contentType: 'text/event-stream',
      description: 'events `overview`, each second, with the overview as data',
    },
  },
  refusals: ['busy'],
})
