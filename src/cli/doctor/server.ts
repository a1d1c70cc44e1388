// What a running server says of itself.

import packageFile from '../../../package.json' with { type: 'json' }
import { serverApi, type ServerOptions } from '../api.ts'
import { CommandError } from '../exit.ts'
import { type Check, fail, ok, warn } from './check.ts'

export const serverChecks = async (url: string, options: ServerOptions): Promise<Check[]> => {
  const health = await ask<{ version: string }>(url, '/healthz')
  if (health === undefined)
    return [fail('server', `none answers at ${url}: start it, or say where it is with --url`)]
  return [
    versionCheck(url, health),
    await readyCheck(url),
    await clockCheck(url),
    await keyCheck(options),
  ]
}

const ANSWERS_WITHIN_MS = 5000

// Undefined: no answer, or none that a seckill server gives.
const ask = async <Answer>(url: string, path: string): Promise<Answer | undefined> => {
  try {
    const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS)
    const response = await fetch(`${url}${path}`, { signal, redirect: 'error' })
    return (await response.json()) as Answer
  } catch {
    return undefined
  }
}

const versionCheck = (url: string, { version }: { version: string }): Check => {
  const own = packageFile.version
  if (version === own) return ok('server', `${version} answers at ${url}`)
  return warn('server', `${version} answers at ${url}, and this program is ${own}`)
}

const readyCheck = async (url: string): Promise<Check> => {
  const answer = await ask<{ ready: boolean; missing: string[] }>(url, '/readyz')
  if (answer?.ready) return ok('ready', 'it can sell')
  const missing = answer?.missing.join(', ') ?? 'no answer'
  return fail('ready', `it cannot sell now (${missing}): look at its log`)
}

const CLOCK_MS = { warn: 1000, fail: 30_000 }

const clockCheck = async (url: string): Promise<Check> => {
  const askedMs = Date.now()
  const answer = await ask<{ epochMs: number }>(url, '/api/time')
  if (answer === undefined) return fail('clock', 'the server does not say what time it is')
  const offMs = Math.round(Math.abs(answer.epochMs - (askedMs + Date.now()) / 2))
  const says = `${offMs} ms away from this machine's`
  if (offMs >= CLOCK_MS.fail) return fail('clock', `${says}: set both by NTP`)
  return offMs >= CLOCK_MS.warn ? warn('clock', `${says}: set both by NTP`) : ok('clock', says)
}

const keyCheck = async (options: ServerOptions): Promise<Check> => {
  try {
    await serverApi(options).get('/api/admin/products')
    return ok('admin key', 'it is good')
  } catch (error) {
    if (error instanceof CommandError) return fail('admin key', error.message)
    throw error
  }
}

export const saleChecks = async (options: ServerOptions, saleId: string): Promise<Check[]> => {
  const name = `sale ${saleId}`
  try {
    const path = `/api/admin/sales/${saleId}/readiness`
    const { checks } = await serverApi(options).get<{ checks: Check[] }>(path)
    return checks.map((one) => ({ ...one, check: `${name}: ${one.check}` }))
  } catch (error) {
    if (error instanceof CommandError) return [fail(name, error.message)]
    throw error
  }
}
