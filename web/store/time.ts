// Time as the page shows it: by the server's clock, in the words and the zone of whoever looks.

import { ask, pause } from '../../client/ask.ts'
import { onClockJump } from '../../client/clock-jumps.ts'
import { serverClock } from '../../client/server-clock.ts'
import { locale, words } from './language.ts'

const clock = serverClock(() => performance.now())

export const nowMs = () => clock.nowMs()

// Clocks drift by milliseconds in this time, and a million pages must not ask more often.
const AGAIN_MS = 300_000
const TRY_AGAIN_MS = 2000

// Reads the server's clock now and then; a device that slept or was offline may have lost it.
export const keepTime = async () => {
  const { signal } = new AbortController()
  const read = async () => {
    const answer = await ask<{ epochMs: number }>('/api/time', { signal })
    return answer.ok ? answer.body.epochMs : undefined
  }
  const readAgain = () => void clock.synchronise(read)
  addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') readAgain()
  })
  onClockJump(readAgain, signal)
  for (;;) {
    const isKnown = await clock.synchronise(read)
    await pause((isKnown ? AGAIN_MS : TRY_AGAIN_MS) * (0.75 + Math.random() / 2), signal)
  }
}

const TICK_MS = 50

// Calls `tick` at once and then many times a second, until nobody looks any more.
export const ticking = (signal: AbortSignal, tick: () => void) => {
  tick()
  const timer = setInterval(tick, TICK_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}

// Never 00:00:00 before the time has come.
export const timeLeft = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const days = Math.floor(seconds / 86_400)
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return days > 0 ? `${words().days(days)} ${text}` : text
}

export const instant = (at: string): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(at),
  )
