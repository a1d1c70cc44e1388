// The workers of this process, each with a name of its own, started when it takes for the first time.

import type { OrderQueue } from '../../ports/order-queue.ts'
import { type ConsumerDeps, type KafkaConsumer, startConsumer } from './consumer.ts'

const ONLY = ''

export const taking = (
  deps: ConsumerDeps,
): Pick<OrderQueue, 'take' | 'stopped'> & AsyncDisposable => {
  const consumers = new Map<string, KafkaConsumer>()
  return {
    async take(at) {
      const name = at.consumer ?? ONLY
      const consumer = consumers.get(name) ?? startConsumer(deps)
      consumers.set(name, consumer)
      return consumer.take(at)
    },
    stopped: () => [...consumers.values()].flatMap((consumer) => consumer.stopped()),
    async [Symbol.asyncDispose]() {
      await Promise.all([...consumers.values()].map((one) => one[Symbol.asyncDispose]()))
    },
  }
}
