// What checks are tried on: sale 7 is open, the token `good` is buyer 5's for it, and nothing else refuses.

import { buyerRecords } from '../../src/attempt/buyer-records.ts'
import type { CheckDeps } from '../../src/attempt/checks.ts'
import type { Sale } from '../../src/domain/sale.ts'
import { sampleSale } from '../contracts/samples.ts'

export const NOW_MS = 1_800_000_000_000

export const sale: Sale = {
  ...sampleSale({ productId: '1', startsAtMs: NOW_MS - 1000, endsAtMs: NOW_MS + 1000 }),
  saleId: '7',
  paused: false,
  closedAtMs: undefined,
  leftEngineAtMs: undefined,
  version: 1,
}

export const LIMITS = {
  globalPerSecond: 1000,
  globalBurst: 1000,
  salePerSecond: 1000,
  saleBurst: 1000,
  buyerPerSecond: 3,
}

export const sampleChecks: Omit<CheckDeps, 'records'> = {
  sales: { get: (saleId) => (saleId === '7' ? sale : undefined) },
  tokens: {
    verify: (token) => (token === 'good' ? { saleId: '7', buyerId: '5', isNew: false } : undefined),
    isForged: (token) => token === 'forged',
  },
  memory: { recall: () => undefined },
  elapsedMs: () => 0,
  limits: LIMITS,
  gateways: () => 1,
  blocklist: { blocksAddress: () => false, blocksBuyer: () => false },
  challenge: { attemptNeeds: () => false },
}

export const sampleRecords = (buyersMax = 100) =>
  buyerRecords({ keptMs: 60_000, keptFullMs: 1000, buyersMax })
