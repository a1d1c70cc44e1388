// How far the workers are behind, as the queue says at this moment: any process may ask it, also when no
// worker is left. Where it does not answer there is rather no number than an old one, and all others are
// there.

import type { Registry } from 'prom-client'
import type { QueueLag } from '../../ports/order-queue.ts'
import type { Ports } from '../../ports/ports.ts'
import { instruments } from './instruments.ts'

export const watchQueue = (
  registry: Registry,
  { queue, clock }: Pick<Ports, 'queue' | 'clock'>,
): void => {
  const { asked } = instruments(registry)
  let lag: Promise<QueueLag | undefined>
  const help = 'orders on the queue that no worker has committed'
  asked({ name: 'queue_lag_messages', help }, async (messages) => {
    lag = queue.lag().catch(() => undefined)
    const found = await lag
    if (found) messages.set(found.messages)
  })
  asked({ name: 'queue_oldest_seconds', help: 'age of the oldest of them' }, async (age) => {
    const found = await lag // they are asked for in this order
    const { oldestAtMs = clock.nowMs() } = found ?? {}
    if (found) age.set((clock.nowMs() - oldestAtMs) / 1000)
  })
}
