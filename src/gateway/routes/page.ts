// The pages that are the same for everybody, `/` for buyers and `/console` for operators, and what all
// pages are made of.

import { problem } from '../answers.ts'
import type { Site } from '../page.ts'
import { route, SENT_WITH_CACHEABLE } from '../schemas/route.ts'
import { sendFile, sendPage, sentPage } from '../send-page.ts'
import { answer, type App } from '../server.ts'

export const pageRoutes = (site: Site) => (app: App) => {
  for (const [path, file, summary] of [
    ['/', site.pages.store, 'The page of buyers'],
    ['/console', site.pages.console, 'The page of operators'],
  ] as const) {
    const page = sentPage(file)
    app.get(path, { schema: { ...PAGE, summary } }, async (request, reply) =>
      sendPage({ request, reply }, page, 'no-cache'),
    )
  }

  // An asset of another version (both run during a rolling restart) is answered with ours, and not kept.
  app.get<{ Params: { version: string; name: string } }>(
    '/assets/:version/:name',
    { schema: ASSET },
    async (request, reply) => {
      const { name, version } = request.params
      const asset = site.assets.get(name)
      if (asset === undefined) return answer(reply, problem('not-found'))
      return sendFile({ request, reply }, asset, version === site.version ? FOR_EVER : 'no-store')
    },
  )
}

const FOR_EVER = 'public, max-age=31536000, immutable'

const PAGE = route({
  summary: 'The page',
  tag: 'public',
  credentials: [],
  answers: {
    200: { contentType: 'text/html', description: 'The page' },
    304: { contentType: undefined, description: 'The page is the one you have' },
  },
  sends: SENT_WITH_CACHEABLE,
  refusals: [],
})

const ASSET = route({
  summary: 'What the page is made of',
  tag: 'public',
  credentials: [],
  answers: { 200: { contentType: '*/*', description: 'A module, a style sheet or a picture' } },
  sends: { 200: ['Cache-Control'] },
  refusals: ['not-found'],
})
