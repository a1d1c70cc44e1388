// The API of a running server, as the commands use it: with the admin key, JSON in and out, and every
// failure as one line that says what to do. The key comes from the settings or from the data folder;
// it never stands in an argument, where other users of the machine could read it. Every write carries an
// idempotency key of its own, so that one that was cut off may be sent again.

import type { Command } from 'commander'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, readConfig } from '../config.ts'
import { isLoopback } from '../load/target.ts'
import { CommandError, EXIT } from './exit.ts'

export interface Api {
  urls: string[] // the first that answers is asked
  get<Answer>(path: string): Promise<Answer>
  stream(path: string): Promise<ReadableStream<Uint8Array>> // as it comes: it may be long
  post<Answer>(path: string, body?: object): Promise<Answer>
  // Of the version that was seen: who comes second is refused.
  patch<Answer>(path: string, body: object, version: number): Promise<Answer>
  delete(path: string, body: object): Promise<void>
}

export interface ServerOptions {
  url?: string | string[] // several gateways of one deployment
  json?: true
}

// The options that all commands have which talk to a server.
export const serverOptions = (command: Command): Command =>
  command
    .option('--url <url>', 'the server (default: where SECKILL_HOST and SECKILL_PORT say)')
    .option('--json', 'print JSON, for programs')

export const serverUrl = (options: ServerOptions, config: Config): string =>
  serverUrls(options, config)[0]!

const serverUrls = ({ url: given }: ServerOptions, config: Config): string[] =>
  given === undefined ? [urlOf(config)] : [given].flat().map(checkedUrl)

export const serverApi = (options: ServerOptions): Api => {
  const config = readConfig()
  const urls = serverUrls(options, config)
  const key = adminKey(config, urls)
  const write = (method: string, path: string, body?: object, headers?: Record<string, string>) => {
    const once = { 'idempotency-key': randomUUID(), ...headers }
    return request({ urls, key, method, path, body, headers: once })
  }
  return {
    urls: [...urls],
    get: <Answer>(path: string) => request({ urls, key, method: 'GET', path }) as Promise<Answer>,
    stream: (path) => stream({ url: urls[0]!, key, path }),
    post: <Answer>(path: string, body?: object) => write('POST', path, body) as Promise<Answer>,
    patch: <Answer>(path: string, body: object, version: number) =>
      write('PATCH', path, body, { 'if-match': `"${version}"` }) as Promise<Answer>,
    async delete(path, body) {
      await write('DELETE', path, body)
    },
  }
}

const checkedUrl = (given: string): string => {
  const url = URL.parse(given)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin
  throw new CommandError(
    `--url ${given}: expected an address like http://127.0.0.1:3000`,
    EXIT.usage,
  )
}

const EVERYWHERE: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

const urlOf = ({ SECKILL_HOST: listens, SECKILL_PORT: port }: Config): string => {
  if (port === 0) throw new CommandError('SECKILL_PORT is 0: say --url', EXIT.usage)
  const host = EVERYWHERE[listens] ?? listens
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

// A generated key belongs to this machine: it is not sent to another one.
const adminKey = ({ SECKILL_ADMIN_KEY: keys, SECKILL_DATA: folder }: Config, urls: string[]) => {
  const key = keys.find(({ role }) => role === 'operator') ?? keys[0]
  if (key !== undefined) return key.value
  const file = join(folder, 'secrets.json')
  const url = urls.find((one) => !isLoopback(one)) ?? urls[0]!
  try {
    const { adminKey: generated } = JSON.parse(readFileSync(file, 'utf8')) as { adminKey?: string }
    if (generated !== undefined && isLoopback(url)) return generated
  } catch {
    // said below
  }
  const why = isLoopback(url) ? `there is none in ${file}` : `the one in ${file} stays here`
  throw new CommandError(
    `no admin key for ${url}: set SECKILL_ADMIN_KEY or SECKILL_ADMIN_KEY_FILE (${why})`,
    EXIT.usage,
  )
}

const ANSWERS_WITHIN_MS = 30_000

interface Request {
  urls: string[]
  key: string
  method: string
  path: string
  body?: object | undefined
  headers?: Record<string, string>
}

const request = async (of: Request): Promise<unknown> => {
  const { url, status, text } = await answered(of)
  const answer = parsed(text)
  if (status === 204) return undefined
  if (status < 300 && answer !== undefined) return answer
  throw refused(status, { url, answer })
}

const CUT_OFF = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']
const CUT_OFF_TRIES = 5
const CUT_OFF_PAUSE_MS = 1000

// A server that is not there is not waited for. One that went away in the middle may be back soon. Of
// several, each is asked before any is waited for; a write goes to the next with the same idempotency key.
const answered = async ({ urls, ...of }: Request) => {
  for (let tries = 1; ; tries += 1) {
    const url = urls[(tries - 1) % urls.length]!
    try {
      const answer = await send({ url, ...of })
      if (url !== urls[0]) urls.unshift(...urls.splice(urls.indexOf(url), 1)) // it is asked first now
      return { url, ...answer }
    } catch (error) {
      if (tries < urls.length) continue
      const reason = reasonOf(error)
      const isBack = tries > urls.length && reason === 'ECONNREFUSED'
      if (!(CUT_OFF.includes(reason) || isBack) || tries >= urls.length + CUT_OFF_TRIES - 1)
        throw unreachable(url, error)
      await sleep(CUT_OFF_PAUSE_MS)
    }
  }
}

const send = async (of: Omit<Request, 'urls'> & { url: string }) => {
  const { url, key, method, path, body, headers } = of
  const type = body && { 'content-type': 'application/json' }
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...type, ...headers },
    body: body ? JSON.stringify(body) : null,
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  })
  return { status: response.status, text: await response.text() }
}

const stream = async ({ url, key, path }: { url: string; key: string; path: string }) => {
  const headers = { authorization: `Bearer ${key}` }
  const asked = fetch(`${url}${path}`, { headers, redirect: 'error' })
  const response = await asked.catch((error: unknown) => {
    throw unreachable(url, error)
  })
  if (response.ok && response.body !== null) return response.body
  throw refused(response.status, { url, answer: parsed(await response.text()) })
}

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

const reasonOf = (error: unknown): string => {
  const { cause, name } = error as Error
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? name
}

export const unreachable = (url: string, error: unknown) => {
  const advice = 'start it with "npm start", or say where it is with --url'
  return new CommandError(
    `no server answers at ${url} (${reasonOf(error)}): ${advice}`,
    EXIT.unreachable,
    error,
  )
}

const refused = (
  status: number,
  { url, answer }: { url: string; answer: Record<string, unknown> | undefined },
) => {
  if (status === 401)
    return new CommandError(
      `${url} does not know this admin key: set SECKILL_ADMIN_KEY, or SECKILL_DATA to its folder`,
      EXIT.usage,
    )
  const says = (member: string) => {
    const value = answer?.[member]
    return typeof value === 'string' ? value : undefined
  }
  const title = says('title') ?? `${url} answered ${status}, and not as a seckill server does`
  if (status === 400) return new CommandError(says('detail') ?? title, EXIT.usage)
  const orderStatus = says('orderStatus')
  const more =
    says('detail') ?? (orderStatus && `it is ${orderStatus}`) ?? WHERE[says('code') ?? '']
  const message = more === undefined ? title : `${title}: ${more}`
  return new CommandError(message, status >= 500 ? EXIT.unreachable : EXIT.no)
}

// What is there instead of what is not.
const WHERE: Record<string, string> = {
  'no-such-sale': '"seckill sale list" shows all',
  'no-such-order': '"seckill order list" shows all',
  'no-such-block': '"seckill block list" shows all',
  'no-such-webhook-endpoint': '"seckill webhook list" shows all',
  'no-such-delivery': '"seckill webhook deliveries" shows all',
}
