// The bytes of attempts, each with its buyer's own purchase token: what a browser behind an edge sends,
// without the headers nobody reads.

import { purchaseTokens } from '../../src/attempt/purchase-token.ts'
import type { BuildJob, Buyers } from './job.ts'
import { zipf } from './zipf.ts'

// The signing key of this id is the one `servers/start-engine.ts` gives to the engine.
export const KEY_ID = 'bench'

// Buyers do not come in the order of their ids. A prime above every count visits each of them once.
const STRIDE = 1_000_003

export const attemptRequests = ({ buyers, between, ...of }: BuildJob): Buffer[] => {
  const sales = [of.saleId, ...(of.otherSales ?? [])]
  const requests = requestsSigned(of)
  const saleAt = zipf(sales.length)
  return mixed(buyers, between).map((buyer, at) =>
    requests({ saleId: sales[saleAt(at)]!, buyer: String(buyer) }),
  )
}

// The ids of those who ask, in the order in which they do.
export const mixed = (buyers: Buyers, between: BuildJob['between']): number[] =>
  Array.from({ length: buyers.count }, (_, at) => {
    if (between === undefined || at % between.every !== 0)
      return buyers.first + ((at * STRIDE) % buyers.count)
    return between.buyers.first + ((at / between.every) % between.buyers.count)
  })

export interface Signed {
  saleId: string
  signingSecret: string
}

export const signedRequest = ({ saleId, ...signed }: Signed, buyer: number): Buffer =>
  requestsSigned(signed)({ saleId, buyer: String(buyer) })

const requestsSigned = ({ signingSecret }: Pick<Signed, 'signingSecret'>) => {
  const tokens = purchaseTokens([{ id: KEY_ID, secret: signingSecret }], { cacheMax: 1 })
  return ({ saleId, buyer: buyerId }: { saleId: string; buyer: string }) =>
    Buffer.from(
      `POST /api/sales/${saleId}/attempts HTTP/1.1\r\n` +
        'host: 127.0.0.1\r\n' +
        `authorization: Bearer ${tokens.issue({ saleId, buyerId })}\r\n` +
        'content-length: 0\r\n\r\n',
    )
}
