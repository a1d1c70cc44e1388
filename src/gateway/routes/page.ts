// The page at `/` and what it is made of: files, the same for everybody. The policy allows nothing that
// does not come from here, except pictures of products; there is no inline script and no inline style.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../answers.ts'
import { hashOf, type Page, type PageFile } from '../page.ts'
import { route, SENT_WITH_CACHEABLE } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'

export const pageRoutes = (page: Page) => (app: App) => {
  const tag = `"${hashOf([page.html.bytes])}"`
  const etag = `W/${tag}` // the same, compressed or not

  app.get('/', { schema: PAGE }, async (request, reply) => {
    reply.headers({ ...SAFE, etag, 'cache-control': 'no-cache' })
    if (knows(request, tag)) return answer(reply, { status: 304, headers: {}, body: '' })
    return sendFile({ request, reply }, page.html)
  })

  // An asset of another version (both run during a rolling restart) is answered with ours, and not kept.
  app.get<{ Params: { version: string; name: string } }>(
    '/assets/:version/:name',
    { schema: ASSET },
    async (request, reply) => {
      const { name, version } = request.params
      const asset = page.assets.get(name)
      if (asset === undefined) return answer(reply, problem('not-found'))
      const isOurs = version === page.version
      reply.headers({ ...SAFE, 'cache-control': isOurs ? FOR_EVER : 'no-store' })
      return sendFile({ request, reply }, asset)
    },
  )
}

const FOR_EVER = 'public, max-age=31536000, immutable'

// What a browser could do for a page and this one never asks for, nor anything that gets into it.
const UNUSED = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'serial',
  'usb',
  'xr-spatial-tracking',
]

const SAFE = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' https:",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types solver', // lets one program through: web/solve.ts
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': UNUSED.map((feature) => `${feature}=()`).join(', '),
}

const knows = ({ headers }: FastifyRequest, tag: string) => {
  const given = headers['if-none-match']?.trim()
  return given === '*' || given?.includes(tag) === true
}

const sendFile = (
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { contentType, bytes, compressed }: PageFile,
) => {
  reply.headers({ 'content-type': contentType, vary: 'accept-encoding' })
  if (!/\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? ''))
    return reply.send(bytes)
  return reply.header('content-encoding', 'gzip').send(compressed)
}

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
