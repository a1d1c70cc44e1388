// The OpenAPI document of this very program, for anybody.

import { Type } from '@sinclair/typebox'
import type { Answer } from '../answers.ts'
import { cacheable, unlessKnown } from '../cacheable.ts'
import { openapiDocument } from '../openapi.ts'
import { NOT_MODIFIED, route, SENT_WITH_CACHEABLE } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'

const MAX_AGE_SECONDS = 300

export const openapiRoutes =
  ({ version }: { version: string }) =>
  (app: App) => {
    let document: Answer | undefined // made when somebody asks: all routes are there by then
    app.get('/openapi.json', { schema: OPENAPI }, async (request, reply) => {
      document ??= cacheable(openapiDocument(app, version), { maxAgeSeconds: MAX_AGE_SECONDS })
      return answer(reply, unlessKnown(document, request.headers['if-none-match']))
    })
  }

const OPENAPI = route({
  summary: 'This document',
  tag: 'public',
  credentials: [],
  answers: { 200: Type.Object({ openapi: Type.String() }), 304: NOT_MODIFIED },
  sends: SENT_WITH_CACHEABLE,
  refusals: [],
})
