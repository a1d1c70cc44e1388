// Purchase tokens for consecutive buyers, in pages as large as the server issues at once.

import type { OperatorApi } from './target.ts'

export interface IssuedToken {
  buyerId: string
  purchaseToken: string
}

const PAGE = 10_000

export async function* fetchTokens(
  api: OperatorApi,
  of: { saleId: string; buyers: number; from: number },
): AsyncGenerator<IssuedToken[]> {
  const end = of.from + of.buyers
  for (let first = of.from; first < end; first += PAGE) {
    const length = Math.min(PAGE, end - first)
    const buyers = Array.from({ length }, (_, at) => String(first + at))
    const path = `/api/admin/sales/${of.saleId}/tokens`
    const { tokens } = await api.post<{ tokens: IssuedToken[] }>(path, { buyers })
    yield tokens
  }
}
