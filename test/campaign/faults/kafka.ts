// What happens to Kafka: three brokers, of which never more than one is lost; all may be silent together.

import type { Fault } from '../fault.ts'
import { repeatedMessages } from './repeated-messages.ts'

const touches = ['kafka'] as const

export const KAFKA_FAULTS: Fault[] = [
  repeatedMessages,
  {
    name: 'a broker is killed',
    touches,
    holdMs: [0, 3000],
    async begin({ kafka }, chance) {
      const broker = chance.pick(kafka.brokers)
      broker.signal('SIGKILL')
      return () => broker.restart()
    },
  },
  {
    name: 'a broker is told to stop',
    touches,
    holdMs: [0, 1000],
    async begin({ kafka }, chance) {
      const broker = chance.pick(kafka.brokers)
      broker.signal('SIGTERM')
      return async () => {
        await broker.exited
        await broker.restart()
      }
    },
  },
  {
    name: 'a broker is paused',
    touches,
    holdMs: [1000, 6000], // after three seconds another one leads
    async begin({ kafka }, chance) {
      const broker = chance.pick(kafka.brokers)
      broker.signal('SIGSTOP')
      return async () => broker.signal('SIGCONT')
    },
  },
  {
    name: 'all brokers are silent',
    touches,
    shuts: true,
    holdMs: [1000, 5000],
    async begin({ kafka: { brokers } }) {
      brokers.forEach((broker) => broker.signal('SIGSTOP'))
      return async () => brokers.forEach((broker) => broker.signal('SIGCONT'))
    },
  },
]
