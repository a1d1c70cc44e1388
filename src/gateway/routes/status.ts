// Whether this process lives, and whether it works: what every process answers, whatever its role.

import { json } from '../answers.ts'
import { build } from '../build.ts'
import { HealthView, ReadyView } from '../schemas/public.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'

export interface StatusDeps {
  version: string
  unready: () => string[] // what does not work now; empty when all is well
}

export const statusRoutes =
  ({ version, unready }: StatusDeps) =>
  (app: App) => {
    app.get('/healthz', { schema: HEALTH }, async () => ({
      status: 'ok',
      version,
      build: build(),
    }))

    app.get('/readyz', { schema: READY }, async (_request, reply) => {
      const missing = unready()
      const ready = missing.length === 0
      return answer(reply, json(ready ? 200 : 503, { ready, missing }))
    })
  }

const HEALTH = route({
  summary: 'The process runs',
  tag: 'running',
  credentials: [],
  answers: { 200: HealthView },
  refusals: [],
})

const READY = route({
  summary: 'The process does its work',
  tag: 'running',
  credentials: [],
  answers: { 200: ReadyView, 503: ReadyView },
  refusals: [],
})
