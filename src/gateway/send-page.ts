// How a page and what it is made of leave: compressed to who can read that, not at all to who has it
// already, and with policies that allow nothing that does not come from here, except pictures of products.
// There is no inline script and no inline style.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { hashOf, type PageFile } from './page.ts'
import { answer } from './server.ts'

interface Asked {
  request: FastifyRequest
  reply: FastifyReply
}

export interface SentPage {
  file: PageFile
  tag: string // changes with what is in it
}

export const sentPage = (file: PageFile): SentPage => ({ file, tag: `"${hashOf([file.bytes])}"` })

export const sendPage = ({ request, reply }: Asked, page: SentPage, cacheControl: string) => {
  const etag = `W/${page.tag}` // the same, compressed or not
  reply.headers({ etag })
  if (!knows(request, page.tag)) return sendFile({ request, reply }, page.file, cacheControl)
  reply.headers({ ...SAFE, 'cache-control': cacheControl })
  return answer(reply, { status: 304, headers: {}, body: '' })
}

export const sendFile = ({ request, reply }: Asked, file: PageFile, cacheControl: string) => {
  const { contentType, bytes, compressed } = file
  reply.headers({
    ...SAFE,
    'cache-control': cacheControl,
    'content-type': contentType,
    vary: 'accept-encoding',
  })
  if (!/\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? ''))
    return reply.send(bytes)
  return reply.header('content-encoding', 'gzip').send(compressed)
}

const knows = ({ headers }: FastifyRequest, tag: string) => {
  const given = headers['if-none-match']?.trim()
  return given === '*' || given?.includes(tag) === true
}

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
    'trusted-types solver', // lets one program through: web/store/solve.ts
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': UNUSED.map((feature) => `${feature}=()`).join(', '),
}
