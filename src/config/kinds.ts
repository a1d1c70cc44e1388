// The kinds of settings there are: how each is read from text. A kind throws with what it expected; it
// never repairs a value.

import { abuseRules } from '../domain/abuse-rules.ts'

export interface Setting<Value> {
  fallback: string
  unit: string
  meaning: string
  hasTwin?: true // `…_FILE` may name a file with the value, as there may be a secret in it
  parse: (raw: string) => Value // throws with what it expected
}

export function text(fallback: string, meaning: string): Setting<string> {
  const parse = (raw: string) => {
    if (raw === '') throw new Error('a value')
    return raw
  }
  return { fallback, unit: '', meaning, parse }
}

// https://github.com/apache/kafka/blob/trunk/clients/src/main/java/org/apache/kafka/common/internals/Topic.java
const TOPIC = /^[A-Za-z0-9._-]{1,200}$/

export function topic(fallback: string, meaning: string): Setting<string> {
  const parse = (raw: string) => {
    if (TOPIC.test(raw) && !/^\.{1,2}$/.test(raw)) return raw
    throw new Error('1 to 200 letters, digits, dots, _ or -')
  }
  return { fallback, unit: '', meaning, parse }
}

// A text that may be left out.
export function optional(meaning: string): Setting<string> {
  return { fallback: '', unit: '', meaning, parse: (raw) => raw }
}

// `read` makes one entry of its text, or throws with what it expected.
export function list<One>(
  read: (raw: string) => One,
  meaning: string,
  fallback = '',
): Setting<One[]> {
  const parse = (raw: string) => (raw === '' ? [] : raw.split(',').map((one) => read(one.trim())))
  return { fallback, unit: 'list', meaning, parse }
}

// Kept as it is written: the rules are made of it where they are used.
export function abuse(fallback: string, meaning: string): Setting<string> {
  const parse = (raw: string) => {
    abuseRules(raw)
    return raw
  }
  return { fallback, unit: '', meaning, parse }
}

export function whole(
  fallback: number,
  { unit, min, max }: { unit: string; min: number; max: number },
  meaning: string,
): Setting<number> {
  const parse = (raw: string) => {
    const value = Number(raw)
    if (!/^[0-9]+$/.test(raw) || value < min || value > max)
      throw new Error(`a whole number from ${min} to ${max}`)
    return value
  }
  return { fallback: String(fallback), unit, meaning, parse }
}

// Off unless said.
export function wholeOrOff(
  of: { unit: string; min: number; max: number },
  meaning: string,
): Setting<number | 'off'> {
  const number = whole(of.min, of, meaning)
  const parse = (raw: string) => {
    if (raw === 'off') return raw
    try {
      return number.parse(raw)
    } catch (error) {
      throw new Error(`off or ${(error as Error).message}`, { cause: error })
    }
  }
  return { ...number, fallback: 'off', parse }
}

export function oneOf<const Value extends string>(
  fallback: NoInfer<Value>,
  values: Value[],
  meaning: string,
): Setting<Value> {
  const parse = (raw: string) => {
    const found = values.find((value) => value === raw)
    if (found === undefined) throw new Error(values.join(' or '))
    return found
  }
  return { fallback, unit: '', meaning, parse }
}

export function secret<Key>(parseKeys: (raw: string) => Key[], meaning: string): Setting<Key[]> {
  const parse = (raw: string) => (raw === '' ? [] : parseKeys(raw))
  return { fallback: '', unit: 'secret', meaning, hasTwin: true, parse }
}

export function per(unit: string) {
  return { unit, min: 1, max: 100_000_000 }
}

export function ms(min: number, max: number) {
  return { unit: 'ms', min, max }
}
