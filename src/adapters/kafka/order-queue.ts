// The order queue on a topic of Kafka: durable on every copy in step, shared by the workers by its
// partitions. A process opens of it only what it uses: a gateway that publishes joins no group.

import { Base, Consumer } from '@platformatic/kafka'
import type { Clock } from '../../ports/clock.ts'
import type { DeadLetters } from '../../ports/dead-letters.ts'
import type { OrderQueue } from '../../ports/order-queue.ts'
import { readEnds } from './ends.ts'
import { lanesOf } from './lanes.ts'
import { clientOptions } from './place.ts'
import { progress } from './progress.ts'
import { publishing, type TopicPlace } from './publishing.ts'
import { renewedClient } from './renewed-client.ts'
import { taking } from './taking.ts'
import { openTopic } from './topic.ts'

export interface KafkaDeps extends TopicPlace {
  bury: DeadLetters['bury'] // for what cannot be read
  clock: Pick<Clock, 'nowMs'>
  places?: number // over which the shards of the orders are spread in turn; see lanes.ts
  sessionMs?: number // after so long without a sign of life, a worker's partitions are given to others
}

// The least that a broker takes unless it is told otherwise (group.min.session.timeout.ms).
const SESSION_MS = 6000

// Rejects with QUEUE_UNREACHABLE, or with QUEUE_UNUSABLE and what to do.
export const kafkaOrderQueue = async (deps: KafkaDeps): Promise<OrderQueue & AsyncDisposable> => {
  const { bury, clock, places = 1, sessionMs = SESSION_MS, ...place } = deps
  const lanes = lanesOf({ partitions: place.partitions, places })
  const { inSyncMin } = await openTopic(place)
  const buried = counted(bury)
  const groupId = workersGroup(place)

  const reading = (turn: number) => {
    const client = new Consumer({ ...clientOptions(place, turn), groupId, retries: 3 })
    client.topics.track(place.topic)
    return client
  }

  await using opened = new AsyncDisposableStack()
  const published = opened.use(publishing({ place, clock }))
  const reader = opened.use(renewedClient(place, reading))
  const asked = opened.use(renewedClient(place, (turn) => new Base(clientOptions(place, turn))))
  const ends = () => readEnds({ place, inSyncMin, client: asked })
  const progressed = progress({ place, groupId, reader, ends })
  const taken = opened.use(
    taking({ ...buried, place, groupId, sessionMs, lanes, progress: progressed }),
  )
  const open = opened.move()
  return {
    lanes: lanes.lanes,
    publish: published.publish,
    take: taken.take,
    stopped: taken.stopped,
    setAside: buried.setAside,
    ends,
    drained: progressed.drained,
    lag: progressed.lag,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const counted = (
  bury: DeadLetters['bury'],
): Pick<KafkaDeps, 'bury'> & Pick<OrderQueue, 'setAside'> => {
  let since = 0
  return {
    async bury(letters) {
      await bury(letters)
      since += letters.length
    },
    setAside() {
      const count = since
      since = 0
      return count
    },
  }
}

// The group that the workers share the topic as.
export const workersGroup = ({ topic }: Pick<TopicPlace, 'topic'>): string => `${topic}.workers`
