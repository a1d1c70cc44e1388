// Kinds of settings that only traces have.

import type { Setting } from './kinds.ts'

export const collectorUrl = (meaning: string): Setting<string> => {
  const parse = (raw: string) => {
    const { protocol = '', username = '', password = '' } = URL.parse(raw) ?? {}
    if (raw === '' || (/^https?:$/.test(protocol) && username + password === '')) return raw
    throw new Error('an address like http://collector:4318/v1/traces')
  }
  return { fallback: '', unit: '', meaning, parse }
}

export const share = (fallback: number, meaning: string): Setting<number> => {
  const parse = (raw: string) => {
    const value = Number(raw)
    if (/^[0-9]*\.?[0-9]+$/.test(raw) && value <= 1) return value
    throw new Error('a share from 0 to 1, like 0.001')
  }
  return { fallback: String(fallback), unit: 'share', meaning, parse }
}
