// Who is told of which alert, and how: each by a text when it begins and when it is over, and by a call when
// it begins. Alertmanager repeats itself and sends whole groups: nobody is told the same again within the
// quiet time, nor called again for an alert that comes and goes. What failed counts as not told.

import { type Alert, wordsOf } from './alerts.ts'
import type { PhoneProvider } from './phone-provider.ts'

interface TellPeopleDeps {
  provider: PhoneProvider
  numbers: readonly string[]
  quietMs: number
  nowMs: () => number // never put back
}

export interface Told {
  texted: number // alerts
  called: number
}

// Rejects when the provider failed with either; the next try tells only what is missing.
export type TellPeople = (alerts: readonly Alert[]) => Promise<Told>

export const tellPeople = ({ provider, numbers, quietMs, nowMs }: TellPeopleDeps): TellPeople => {
  const toldAtMs = new Map<string, number>() // in the order in which they were told

  const forgetOld = () => {
    for (const [key, atMs] of toldAtMs) {
      if (nowMs() - atMs < quietMs) return
      toldAtMs.delete(key)
    }
  }

  const tell = async (
    alerts: readonly Alert[],
    keyOf: (alert: Alert) => string,
    by: (numbers: readonly string[], words: string) => Promise<void>,
  ): Promise<number> => {
    const fresh = alerts.filter((alert) => !toldAtMs.has(keyOf(alert)))
    if (fresh.length === 0) return 0
    for (const alert of fresh) toldAtMs.set(keyOf(alert), nowMs())
    try {
      await by(numbers, wordsOf(fresh))
    } catch (error) {
      for (const alert of fresh) toldAtMs.delete(keyOf(alert))
      throw error
    }
    return fresh.length
  }

  return async (alerts) => {
    forgetOld()
    const begun = alerts.filter(({ status }) => status === 'firing')
    const [texts, calls] = await Promise.allSettled([
      tell(alerts, textKey, provider.text),
      tell(begun, ({ fingerprint }) => `call ${fingerprint}`, provider.call),
    ])
    if (texts.status === 'rejected') throw texts.reason
    if (calls.status === 'rejected') throw calls.reason
    return { texted: texts.value, called: calls.value }
  }
}

const textKey = ({ fingerprint, startsAt, status }: Alert) =>
  `text ${fingerprint} ${startsAt} ${status}`
