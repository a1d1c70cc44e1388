// A saturated server: how many attempts it refuses a second when the next one comes as soon as the last
// was answered. The sale is sold out before the clock starts; every answer is counted by its outcome.

import { setTimeout as pause } from 'node:timers/promises'
import { outcomeOf } from '../buyers/buyer.ts'
import { sender as newSender } from '../buyers/send.ts'
import { nowMs, serverClock } from '../clocks.ts'
import { enlist, type LoadDeps, type LoadOptions, refuseOthers } from '../load.ts'
import { type PreparedSale, prepareSale } from '../prepare.ts'
import { type Generators, split, startGenerators } from '../processes/generators.ts'
import { LoadRefusal } from '../target.ts'
import { fetchTokens } from '../tokens.ts'
import type { SaturationTally } from './closed-loop.ts'
import { type SaturationResult, saturationResult } from './saturation-result.ts'

export interface SaturateOptions extends Pick<
  LoadOptions,
  | 'urls'
  | 'ownHost'
  | 'saleId'
  | 'units'
  | 'strategy'
  | 'segments'
  | 'buyers'
  | 'firstBuyer'
  | 'processes'
  | 'connections'
> {
  forMs: number
}

export const saturate = async (
  options: SaturateOptions,
  deps: Pick<LoadDeps, 'api' | 'say'>,
): Promise<SaturationResult> => {
  refuseOthers(options)
  const other = options.urls.find((url) => !url.startsWith('http:'))
  if (other !== undefined)
    throw new LoadRefusal(`--saturate speaks http, not ${other}: ask a gateway directly`)
  const { api, say } = deps
  const clock = await serverClock(api)
  const wanted = { ...options, payWithinMs: undefined }
  const sale = await prepareSale(api, { wanted, clock })
  await using generators = startGenerators(options.processes)
  await enlist(deps, generators, { ...options, saleId: sale.saleId })
  await pause(Math.max(0, sale.startsAtMs - nowMs()))
  if (sale.own) await sellOut(deps, { options, sale })
  say(`${options.connections} connections for ${options.forMs / 1000} s`)
  const tallies = await run(generators, { options, saleId: sale.saleId })
  if (sale.own)
    await api.post(`/api/admin/sales/${sale.saleId}/close`, { reason: 'the load is over' })
  return await saturationResult(api, { options, sale, tallies })
}

const BEGINS_IN_MS = 200

const run = (
  generators: Generators,
  { options, saleId }: { options: SaturateOptions; saleId: string },
): Promise<SaturationTally[]> => {
  const { urls, connections, processes, forMs } = options
  const fromMs = nowMs() + BEGINS_IN_MS
  const same = { saleId, fromMs, untilMs: fromMs + forMs }
  return generators.each(
    split(connections, processes).map((part, at) => ({
      order: 'saturate',
      saturation: { ...same, url: urls[at % urls.length]!, connections: part },
    })),
  )
}

const SOLD_OUT_WITHIN_MS = 30_000

// To buyers behind those who will ask later, until one of them is told that there is nothing left.
const sellOut = async (
  { api, say }: Pick<LoadDeps, 'api' | 'say'>,
  { options, sale: { saleId } }: { options: SaturateOptions; sale: PreparedSale },
) => {
  const { buyers: later, firstBuyer, units, urls, connections } = options
  say(`selling ${units} units first`)
  const sender = newSender(urls[0]!, connections)
  const untilMs = nowMs() + SOLD_OUT_WITHIN_MS
  const path = `/api/sales/${saleId}/attempts`
  const spare = { saleId, buyers: units + 1, from: firstBuyer + later }
  try {
    for await (const page of fetchTokens(api, spare))
      for (let at = 0; at < page.length; at += connections) {
        const some = page.slice(at, at + connections)
        const ask = async ({ purchaseToken: token }: { purchaseToken: string }) =>
          outcomeOf(await sender.send({ method: 'POST', path, token })).outcome
        const heard = await Promise.all(some.map(ask))
        if (heard.includes('sold-out')) return
        if (nowMs() > untilMs) break
      }
  } finally {
    await sender.close()
  }
  throw new LoadRefusal(`sale ${saleId} could not be sold out: it takes fewer --units`)
}
