// Keeps the server's time and the sale as they are now. A million pages do this at once: never all at the
// same moment, and seldom while nothing can happen.

import { pause } from '../../client/ask.ts'
import { onClockJump } from '../../client/clock-jumps.ts'
import type { SeckillClient } from '../../client/seckill-client.ts'
import type { Sale } from '../../client/shapes.ts'

const AGAIN_MS = 300_000 // clocks drift by milliseconds in this time
const TRY_AGAIN_MS = 2000

export const keepTime = async (client: SeckillClient, signal: AbortSignal): Promise<void> => {
  // A device that slept may have lost it.
  const readAgain = () => void client.synchronise({ signal }).catch(() => undefined)
  const seen = () => {
    if (document.visibilityState === 'visible') readAgain()
  }
  onClockJump(readAgain, signal)
  document.addEventListener('visibilitychange', seen, { signal })
  for (;;) {
    const isKnown = await client.synchronise({ signal })
    await pause(spread(isKnown ? AGAIN_MS : TRY_AGAIN_MS), signal)
  }
}

const SOON_MS = 60_000
const FAR_EVERY_MS = 15_000
const SOON_EVERY_MS = 2000

export const keepSale = async (
  client: SeckillClient,
  of: { saleId: string; signal: AbortSignal; seen: (sale: Sale | undefined) => void },
): Promise<void> => {
  const { saleId, seen, signal } = of
  for (;;) {
    const answer = await client.sale(saleId, { signal })
    seen(answer.ok ? answer.body : undefined)
    if (!answer.ok || answer.body.status === 'ended') return
    const leftMs = Date.parse(answer.body.startsAt) - (client.serverClock.nowMs() ?? Infinity)
    await pause(spread(leftMs > SOON_MS ? FAR_EVERY_MS : SOON_EVERY_MS), signal)
  }
}

const spread = (ms: number) => ms * (0.75 + Math.random() / 2)
