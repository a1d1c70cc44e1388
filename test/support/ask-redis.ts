// One question to one Redis, over a connection of its own and answered within a second or not at all:
// also a server that is paused, dead or not there yet may be asked.

import { createClient } from '@redis/client'

const ANSWERS_WITHIN_MS = 10_000 // on a machine that is busy with everything else
export const SOON_MS = 1000 // of one that may never answer

export const askRedis = async <Answer>(
  url: string,
  question: (redis: RedisClient) => Promise<Answer>,
  withinMs = ANSWERS_WITHIN_MS,
): Promise<Answer> => {
  const redis = connection(url, withinMs)
  redis.on('error', () => undefined) // the question fails, that is enough
  try {
    await redis.connect()
    return await question(redis)
  } finally {
    redis.destroy()
  }
}

export type RedisClient = ReturnType<typeof connection>

const connection = (url: string, withinMs: number) => {
  const socket = {
    connectTimeout: withinMs,
    socketTimeout: withinMs,
    reconnectStrategy: false as const,
  }
  return createClient({ url, socket })
}

// The fields of what INFO and CLUSTER INFO answer.
export const fieldsOf = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name!, value!]))

// Asks again until the answer is as wanted. A server that cannot be asked is not there yet.
export const askUntil = async <Answer>(
  ask: () => Promise<Answer>,
  isWanted: (answer: Answer) => boolean,
  { withinMs, wanted }: { withinMs: number; wanted: string },
): Promise<Answer> => {
  const endMs = performance.now() + withinMs
  for (;;) {
    const last = await ask().catch((error: unknown) => error as Error)
    if (!(last instanceof Error) && isWanted(last)) return last
    if (performance.now() > endMs)
      throw new Error(`not within ${withinMs} ms: ${wanted}`, { cause: last })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
