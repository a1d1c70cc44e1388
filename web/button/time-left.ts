// The time until the start, in words; never 00:00:00 before it has come.

import type { Words } from './words.ts'

export const timeLeft = (ms: number, said: Words): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const days = Math.floor(seconds / 86_400)
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return days > 0 ? `${said.days(days)} ${text}` : text
}
