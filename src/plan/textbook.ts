// What the textbook of flash sales plans for as many attempts: rates of a machine that everybody quotes,
// none of them measured here. For 1,000,000 attempts a second that is 100 nginx, 200 services, 10 Redis and
// 16 MySQL primaries, 10 Kafka brokers and 12 Gbit/s.

import type { Role } from './roles.ts'

// Attempts a second for each machine. Of MySQL it is 10,000 writes, and 16 attempts in 100 get so far.
const TEXTBOOK = { edge: 10_000, gateway: 5000, redis: 100_000, kafka: 100_000, database: 62_500 }
const BITS_PER_ATTEMPT = 12_000

type TextbookRole = keyof typeof TEXTBOOK

export interface Textbook {
  machines: Record<TextbookRole, number>
  gigabitsPerSecond: number
}

export const textbookOf = (attemptsPerSecond: number): Textbook => ({
  machines: Object.fromEntries(
    Object.entries(TEXTBOOK).map(([role, each]) => [role, Math.ceil(attemptsPerSecond / each)]),
  ) as Record<TextbookRole, number>,
  gigabitsPerSecond: (attemptsPerSecond * BITS_PER_ATTEMPT) / 1e9,
})

export const isTextbookRole = (role: Role['role']): role is TextbookRole =>
  Object.hasOwn(TEXTBOOK, role)
