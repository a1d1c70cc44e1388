// A client that is thrown away when it fails: its requests end, and the next one begins with another
// broker. So a broker that takes connections and is silent is left after one failure.

import { unreachable } from './fault.ts'
import type { KafkaPlace } from './place.ts'
import { within } from './within.ts'

interface Client {
  on(event: 'error', listener: () => void): unknown
  close(): Promise<void>
}

export interface RenewedClient<One> extends AsyncDisposable {
  // Rejects with QUEUE_UNREACHABLE, within the time that is given to all of it.
  use<Answer>(ms: number, ask: (client: One) => Promise<Answer>): Promise<Answer>
}

export const renewedClient = <One extends Client>(
  { brokers, timeoutMs }: KafkaPlace,
  make: (turn: number) => One,
): RenewedClient<One> => {
  let current: One | undefined
  let turn = 0
  let isOver = false
  const closing = new Set<Promise<void>>()

  const close = (client: One) => {
    if (client === current) current = undefined
    const closed = within(timeoutMs, client.close())
      .catch(() => undefined) // its connections are gone all the same
      .finally(() => closing.delete(closed))
    closing.add(closed)
  }

  const client = () => {
    if (current) return current
    current = make(turn)
    current.on('error', () => undefined) // whoever asks is told
    return current
  }

  return {
    async use(ms, ask) {
      if (isOver) throw unreachable(new Error('this program is stopping'), brokers)
      const mine = client()
      try {
        return await within(ms, ask(mine))
      } catch (cause) {
        if (mine === current) turn += 1
        close(mine)
        throw unreachable(cause, brokers)
      }
    },
    async [Symbol.asyncDispose]() {
      isOver = true
      if (current) close(current)
      await Promise.all(closing)
    },
  }
}
