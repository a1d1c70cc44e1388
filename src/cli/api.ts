// The API of a running server, as the commands use it: with the admin key, JSON in and out, and every
// failure as one line that says what to do. The key comes from the settings or from the data folder;
// it never stands in an argument, where other users of the machine could read it.

import type { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, readConfig } from '../config.ts'
import { isLoopback } from '../load/target.ts'
import { CommandError, EXIT } from './exit.ts'

export interface Api {
  url: string
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body?: object): Promise<Answer>
}

export interface ServerOptions {
  url?: string
  json?: true
}

// The options that all commands have which talk to a server.
export const serverOptions = (command: Command): Command =>
  command
    .option('--url <url>', 'the server (default: where SECKILL_HOST and SECKILL_PORT say)')
    .option('--json', 'print JSON, for programs')

export const serverApi = ({ url: given }: ServerOptions): Api => {
  const config = readConfig()
  const url = given === undefined ? urlOf(config) : checkedUrl(given)
  const key = adminKey(config, url)
  const ask = (method: string, path: string, body?: object) =>
    request({ url, key, method, path, body })
  return {
    url,
    get: <Answer>(path: string) => ask('GET', path) as Promise<Answer>,
    post: <Answer>(path: string, body?: object) => ask('POST', path, body) as Promise<Answer>,
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
const adminKey = ({ SECKILL_ADMIN_KEY: keys, SECKILL_DATA: folder }: Config, url: string) => {
  const key = keys.find(({ role }) => role === 'operator') ?? keys[0]
  if (key !== undefined) return key.value
  const file = join(folder, 'secrets.json')
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

const request = async (of: {
  url: string
  key: string
  method: string
  path: string
  body: object | undefined
}): Promise<unknown> => {
  const { url, key, method, path, body } = of
  const type = body && { 'content-type': 'application/json' }
  let response: Response
  let text: string
  try {
    response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...type },
      body: body ? JSON.stringify(body) : null,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    })
    text = await response.text()
  } catch (error) {
    throw unreachable(url, error)
  }
  const answer = parsed(text)
  if (response.ok && answer !== undefined) return answer
  throw refused(response.status, { url, answer })
}

const parsed = (text: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

const unreachable = (url: string, error: unknown) => {
  const { cause, name } = error as Error
  const why = (cause as NodeJS.ErrnoException | undefined)?.code ?? name
  const advice = 'start it with "npm start", or say where it is with --url'
  return new CommandError(
    `no server answers at ${url} (${why}): ${advice}`,
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
  const words = [answer?.detail, answer?.title].find((word) => typeof word === 'string')
  const message = words ?? `${url} answered ${status}, and not as a seckill server does`
  if (status === 400) return new CommandError(message, EXIT.usage)
  return new CommandError(message, status >= 500 ? EXIT.unreachable : EXIT.no)
}
