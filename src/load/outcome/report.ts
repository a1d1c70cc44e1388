// The result of a load run for people: what was asked, what was answered and how fast, what came back
// and was sold again, what the books say, and one line of verdict. It only spells.

import type { LoadResult } from './result.ts'
import {
  milliseconds,
  percent,
  percentileRows,
  row,
  seconds,
  spelledSale,
  whole,
} from './spelling.ts'

export const report = (result: LoadResult): string =>
  [
    title(result),
    attempts(result),
    opening(result),
    percentileRows('latency, from the planned instant', result.latencyMs).join('\n'),
    orders(result),
    books(result),
    ...(result.notes.length > 0 ? [result.notes.map((note) => `  note: ${note}`).join('\n')] : []),
    verdict(result),
  ].join('\n\n')

export const title = (result: LoadResult): string => {
  const { buyers, units, curve, overMs, seed } = result
  const herd = `${whole(buyers)} buyers, ${whole(units)} units, ${curve} over ${seconds(overMs)}`
  return `${herd}, ${spelledSale(result)}, seed ${seed}`
}

const attempts = ({ sends, generator, faults, gateways, moved }: LoadResult): string => {
  const { early, opening: first, retry, again, late, queued, latestMs, dropped } = sends
  const { processes, cpuShare, openingCpuShare } = generator
  const cpu = { cpu: percent(cpuShare), 'in opening': percent(openingCpuShare), processes }
  const lines = [
    row('sent', { early, opening: first, retries: retry, 'asked again': again }),
    row('', { late, 'for a connection': queued, 'at most': milliseconds(latestMs), dropped }),
    row('generator', cpu),
  ]
  if (Object.keys(gateways).length > 1) lines.push(row('answered by', gateways))
  if (moved > 0) lines.push(row('', { 'moved to another': moved }))
  if (Object.keys(faults).length > 0) lines.push(row('no answer', faults))
  return lines.join('\n')
}

const opening = (result: LoadResult): string => {
  const { opening: first, early, later, soldOutAfterMs, recordedPerSecond } = result
  const names = Object.keys(first.outcomes)
  const cells = (cell: (name: string) => string | number) =>
    Object.fromEntries(names.map((name) => [name, cell(name)]))
  const recorded = recordedPerSecond === undefined ? '–' : `${whole(recordedPerSecond)}/s`
  const lines = [
    row('opening', {
      ...cells((name) => first.outcomes[name]!.count),
      took: seconds(first.tookMs),
    }),
    row('', { ...cells((name) => `${whole(first.outcomes[name]!.perSecond)}/s`), recorded }),
  ]
  if (Object.keys(early.outcomes).length > 0) lines.unshift(row('early', early.outcomes))
  if (Object.keys(later.outcomes).length > 0) lines.push(row('later', later.outcomes))
  if (soldOutAfterMs !== undefined)
    lines.push(row('sold out', { after: milliseconds(soldOutAfterMs) }))
  return lines.join('\n')
}

const orders = (result: LoadResult): string => {
  const { accepted, recorded, undecided, unknown, paid } = result
  const { payments, cancels, looks, resold } = result
  const lines = [row('orders', { accepted, recorded, undecided, unknown, paid })]
  const answers = { payments, cancels, looks }
  for (const [name, counts] of Object.entries(answers))
    if (Object.keys(counts).length > 0) lines.push(row(name, counts))
  const { count, unsold, p50Ms, maxMs } = resold
  if (count + unsold === 0) return lines.join('\n')
  const within = maxMs === undefined ? {} : { p50: milliseconds(p50Ms!), max: milliseconds(maxMs) }
  lines.push(row('sold again', { units: count, ...within, 'not sold': unsold }))
  return lines.join('\n')
}

const books = ({ audit, auditor }: LoadResult): string => {
  const { total, available, live, pending, paid, released, rejected } = audit
  const { drift, oversold, duplicateBuyers } = audit
  const lines = [
    row('books', { total, available, live, released, rejected }),
    row('', { pending, paid }),
    row('audit', { drift: drift ?? '–', oversold, 'duplicate buyers': duplicateBuyers }),
  ]
  if (auditor) lines.push(row('auditor', { says: auditor.holds ? 'all hold' : 'broken' }))
  return lines.join('\n')
}

export const verdict = ({ good, broken, accepted, recorded }: LoadResult): string => {
  if (good && accepted === recorded)
    return `good: ${whole(accepted)} accepted, all of them recorded`
  if (good) return `good: nothing is broken; ${recorded - accepted} orders were recorded untold`
  return ['broken:', ...broken.map((word) => `  ${word}`)].join('\n')
}
