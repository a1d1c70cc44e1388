// One worker: a member of the group, and what it has while the group stays as it is.

import { performance } from 'node:perf_hooks'
import { Consumer } from '@platformatic/kafka'
import type { DeadLetters } from '../../ports/dead-letters.ts'
import type { OrderQueue } from '../../ports/order-queue.ts'
import { newBell } from '../bell.ts'
import { unreachable } from './fault.ts'
import type { Lanes } from './lanes.ts'
import { startMembership } from './membership.ts'
import { clientOptions } from './place.ts'
import type { Progress } from './progress.ts'
import type { TopicPlace } from './publishing.ts'
import { renewedClient, type RenewedClient } from './renewed-client.ts'
import { startTenure, type Tenure } from './tenure.ts'

export interface ConsumerDeps {
  place: TopicPlace
  groupId: string
  sessionMs: number
  bury: DeadLetters['bury']
  lanes: Lanes
  progress: Progress
}

export type KafkaConsumer = Pick<OrderQueue, 'take' | 'stopped'> & AsyncDisposable

export const startConsumer = (deps: ConsumerDeps): KafkaConsumer => {
  const { place, groupId } = deps
  const arrived = newBell()
  const fetchers = fetchersOf(deps)
  const troubles = noTroubles(place)
  let tenure: Tenure | undefined

  const membership = startMembership({
    place,
    groupId,
    sessionMs: deps.sessionMs,
    ...troubles.of('membership'),
    assigned(assignment) {
      void tenure?.end()
      const fetching = { clientOf: fetchers.clientOf, arrived: arrived.ring }
      tenure = startTenure({ ...deps, ...fetching, ...troubles.of('fetching') }, assignment)
      arrived.ring()
    },
  })

  return {
    async take({ lane, max, waitMs, signal }) {
      const untilMs = performance.now() + waitMs
      for (;;) {
        const delivery = await tenure?.next({ lane, max })
        const ms = untilMs - performance.now()
        if (delivery || signal.aborted) return delivery
        if (ms <= 0) return troubles.check()
        await arrived.wait({ ms, signal })
      }
    },
    stopped: () => tenure?.stopped() ?? [],
    async [Symbol.asyncDispose]() {
      await membership.stop()
      // Together: a broker may take its time with a request for what has not come yet.
      await Promise.all([tenure?.end(), fetchers[Symbol.asyncDispose]()])
    },
  }
}

// A client for each broker, as one request waits for the one before it.
const fetchersOf = ({ place, groupId }: ConsumerDeps) => {
  const clients = new Map<number | 'any', RenewedClient<Consumer>>()
  const newClient = (turn: number) => {
    const client = new Consumer({ ...clientOptions(place, turn), groupId })
    client.topics.track(place.topic)
    return client
  }
  return {
    clientOf(node: number | 'any') {
      const client = clients.get(node) ?? renewedClient(place, newClient)
      clients.set(node, client)
      return client
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...clients.values()].map((client) => client[Symbol.asyncDispose]()))
    },
  }
}

// What does not work, and since when. It is told to whoever waits in vain when it lasts: brokers that
// change places are nobody's trouble.
const noTroubles = ({ brokers, timeoutMs }: TopicPlace) => {
  const troubles = new Map<string, { cause: unknown; sinceMs: number }>()
  return {
    of: (what: string) => ({
      worked: () => void troubles.delete(what),
      failed(cause: unknown) {
        const { sinceMs = performance.now() } = troubles.get(what) ?? {}
        troubles.set(what, { cause, sinceMs })
      },
    }),
    check(): undefined {
      const longAgo = performance.now() - timeoutMs
      for (const { cause, sinceMs } of troubles.values())
        if (sinceMs < longAgo) throw unreachable(cause, brokers)
    },
  }
}
