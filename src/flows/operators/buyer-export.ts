// Everything that is kept about one buyer as one document. It is read in pages, so that a long history
// keeps nobody waiting, and may show a part as it was a moment later than another.

import type { BuyerId } from '../../domain/ids.ts'
import {
  BUYER_PARTS,
  type BuyerPart,
  type BuyerRecord,
  type BuyerRow,
} from '../../ports/buyer-records.ts'
import type { Ports } from '../../ports/ports.ts'

export interface BuyerExport {
  record: BuyerRecord
  exportedAtMs: number
  parts: Record<BuyerPart, BuyerRow[]>
}

const PAGE = 500

export const exportBuyer = async (
  ports: Pick<Ports, 'buyerRecords' | 'clock'>,
  buyerId: BuyerId,
): Promise<BuyerExport | undefined> => {
  const record = await ports.buyerRecords.read(buyerId)
  if (record === undefined) return undefined
  const parts: [BuyerPart, BuyerRow[]][] = []
  for (const part of BUYER_PARTS) parts.push([part, await readAll(ports, { buyerId, part })])
  return {
    record,
    exportedAtMs: ports.clock.nowMs(),
    parts: Object.fromEntries(parts) as BuyerExport['parts'],
  }
}

const readAll = async (
  { buyerRecords, clock }: Pick<Ports, 'buyerRecords' | 'clock'>,
  of: { buyerId: BuyerId; part: BuyerPart },
): Promise<BuyerRow[]> => {
  const all: BuyerRow[] = []
  let after: string | undefined = '0'
  while (after !== undefined) {
    const page = await buyerRecords.readPart({ ...of, after, limit: PAGE })
    all.push(...page.rows)
    after = page.after
    await clock.pause(0)
  }
  return all
}
