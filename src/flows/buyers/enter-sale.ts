// A buyer enters a sale: from when its purchase tokens are good until it ends. Entering again finds the
// same entry. Whether the entry is admitted is the sale's, and may take time.

import type { Entry } from '../../domain/entry.ts'
import { firstPhase } from '../../domain/entry.ts'
import type { BuyerId } from '../../domain/ids.ts'
import { type Sale, tokenWindow } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'

export type Entered =
  | { result: 'entered'; entry: Entry }
  | { result: 'not-started'; opensAtMs: number }
  | { result: 'ended' }

export const enterSale = async (
  { clock, entries }: Pick<Ports, 'clock' | 'entries'>,
  { sale, buyerId }: { sale: Sale; buyerId: BuyerId },
): Promise<Entered> => {
  const nowMs = clock.nowMs()
  if (sale.closedAtMs !== undefined || nowMs >= sale.endsAtMs) return { result: 'ended' }
  const { fromMs } = tokenWindow(sale)
  if (nowMs < fromMs) return { result: 'not-started', opensAtMs: fromMs }
  const phase = firstPhase(sale.admission)
  return { result: 'entered', entry: await entries.enter({ saleId: sale.saleId, buyerId, phase }) }
}
