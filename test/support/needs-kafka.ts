// For tests on a real Kafka, as needs-redis.ts is for Redis.

import { after } from 'node:test'
import { kafkaProgram, startKafka } from './kafka-server.ts'

interface Skip {
  skip: string | false
}

// For tests on the shared one, which may also be somebody's own.
export const needsKafka = (): Skip => unless(process.env[KAFKA] || kafkaProgram())

// For tests that start, pause and kill their own.
export const needsOwnKafka = (): Skip => unless(kafkaProgram())

// kafka://…; each test has a topic of its own.
export const sharedKafka = async (): Promise<string> =>
  process.env[KAFKA] || (await (started ??= startKafka())).url

const KAFKA = 'SECKILL_TEST_KAFKA_URL'

const unless = (isThere: unknown): Skip => {
  if (isThere) return { skip: false }
  const reason = 'there is no Kafka, or no Java: "npm run servers" installs both'
  if (process.env.CI === 'true') throw new Error(reason)
  return { skip: reason }
}

let started: ReturnType<typeof startKafka> | undefined

after(async () => {
  await (await started)?.stop()
})
