// The contract of the order queue, on a real Kafka.

import { orderQueueContract } from '../contracts/order-queue.ts'
import { needsKafka, sharedKafka } from '../support/needs-kafka.ts'
import { openKafka } from './kafka-setup.ts'

orderQueueContract('kafka', {
  missing: needsKafka().skip,
  make: async () => openKafka(await sharedKafka()),
})
