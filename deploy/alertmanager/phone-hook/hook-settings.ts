// What the hook is told by its environment. A secret and the numbers of people stand in files that only the
// hook may read; what cannot be right stops the start with one line that names it.

import { readFileSync } from 'node:fs'

export interface HookSettings {
  host: string
  port: number
  secret: string // that Alertmanager sends
  numbers: string[]
  quietMs: number
  provider: { url: string; secret: string }
}

type Environment = Record<string, string | undefined>

const SECRET_LENGTH_MIN = 16

export const hookSettings = (env: Environment): HookSettings => {
  const read = (name: string): string => {
    const file = wanted(env, name)
    try {
      return readFileSync(file, 'utf8').trim()
    } catch {
      throw new Error(`${name}: there is no file that can be read`)
    }
  }
  const secretOf = (name: string): string => {
    const secret = read(name)
    if (secret.length >= SECRET_LENGTH_MIN) return secret
    throw new Error(`${name}: needs ${SECRET_LENGTH_MIN} characters or more`)
  }
  return {
    host: env.PHONE_HOOK_HOST ?? '127.0.0.1',
    port: wholeNumber(env, 'PHONE_HOOK_PORT', { fallback: 9095, max: 65_535 }),
    secret: secretOf('PHONE_HOOK_SECRET_FILE'),
    numbers: numbersOf(read('PHONE_HOOK_NUMBERS_FILE')),
    quietMs: 60_000 * wholeNumber(env, 'PHONE_HOOK_QUIET_MINUTES', { fallback: 10, max: 1440 }),
    provider: {
      url: urlOf(wanted(env, 'PHONE_HOOK_PROVIDER_URL')),
      secret: secretOf('PHONE_HOOK_PROVIDER_SECRET_FILE'),
    },
  }
}

const wanted = (env: Environment, name: string): string => {
  const value = env[name]
  if (value) return value
  throw new Error(`${name}: has to be set`)
}

const wholeNumber = (
  env: Environment,
  name: string,
  { fallback, max }: { fallback: number; max: number },
): number => {
  const number = Number(env[name] ?? fallback)
  if (Number.isInteger(number) && number >= 0 && number <= max) return number
  throw new Error(`${name}: expected a whole number up to ${max}`)
}

// One a line, as +8613800000000; what follows a # is for people.
const numbersOf = (text: string): string[] => {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim())
  const numbers = lines.filter((line) => line !== '')
  if (numbers.length > 0 && numbers.every((number) => /^\+[1-9]\d{6,14}$/.test(number)))
    return numbers
  throw new Error('PHONE_HOOK_NUMBERS_FILE: expected numbers like +8613800000000, one a line')
}

const urlOf = (text: string): string => {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw new Error('PHONE_HOOK_PROVIDER_URL: expected a URL')
}
