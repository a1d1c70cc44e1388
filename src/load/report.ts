// The result of a load run for people: what was asked, what was answered and how fast, what came back
// and was sold again, what the books say, and one line of verdict. It only spells.

import type { LoadResult } from './result.ts'

export const report = (result: LoadResult): string => {
  const { saleId, buyers, units, overMs, seed } = result
  const sections = [
    `${whole(buyers)} buyers, ${whole(units)} units, opening over ${whole(overMs)} ms, sale ${saleId}, seed ${seed}`,
    attempts(result),
    opening(result),
    latencies(result),
    orders(result),
    books(result),
    verdict(result),
  ]
  return sections.join('\n\n')
}

const attempts = ({ attempts: sent, generator, faults }: LoadResult): string => {
  const { opening: first, retry, again, chase, late, latestMs, queued, dropped } = sent
  const lines = [
    row('sent', { opening: first, retries: retry, 'asked again': again, chasing: chase }),
    row('generator', { cpu: percent(generator.cpuShare), late, 'at most': milliseconds(latestMs) }),
    row('', { dropped, 'waited for a connection': queued }),
  ]
  if (Object.keys(faults).length > 0) lines.push(row('no answer', faults))
  if (generator.busy) lines.push(row('', { note: GENERATOR_BUSY }))
  return lines.join('\n')
}

const GENERATOR_BUSY = 'the generator had no time to spare: these figures are also its own'

const opening = ({ opening: first, later, soldOutAfterMs }: LoadResult): string => {
  const rates = Object.entries(first.perSecond).map(([name, rate]) => [name, `${whole(rate)}/s`])
  const lines = [
    row('opening', { ...first.outcomes, took: `${whole(first.tookMs)} ms` }),
    row('', Object.fromEntries(rates) as Record<string, string>),
    row('later', later.outcomes),
  ]
  if (soldOutAfterMs !== undefined)
    lines.push(row('sold out', { after: `${whole(soldOutAfterMs)} ms` }))
  return lines.join('\n')
}

const latencies = ({ latencyMs }: LoadResult): string => {
  const spelled = Object.entries(latencyMs).flatMap(([name, latency]) => {
    if (latency === undefined) return []
    const { p50, p90, p99, p999, max } = latency
    const cells = { p50, p90, p99, 'p99.9': p999, max }
    const inMs = Object.entries(cells).map(([at, value]) => [at, `${value.toFixed(1)} ms`])
    return [row(name, Object.fromEntries(inMs) as Record<string, string>)]
  })
  return ['latency, from the planned instant', ...spelled].join('\n')
}

const orders = ({ accepted, recorded, unknown, cancels, resold }: LoadResult): string => {
  const lines = [row('orders', { accepted, recorded, unknown })]
  if (Object.keys(cancels).length === 0) return lines.join('\n')
  lines.push(row('cancels', cancels))
  const { count, unsold, p50Ms, maxMs } = resold
  const within = maxMs === undefined ? {} : { p50: milliseconds(p50Ms), max: milliseconds(maxMs) }
  lines.push(row('sold again', { units: count, ...within, 'not sold': unsold }))
  return lines.join('\n')
}

const books = ({ audit, auditor }: LoadResult): string => {
  const { total, available, live, released, rejected, drift, oversold, duplicateBuyers } = audit
  const lines = [
    row('books', { total, available, live, released, rejected }),
    row('audit', { drift: drift ?? '–', oversold, 'duplicate buyers': duplicateBuyers }),
  ]
  if (auditor) lines.push(row('auditor', { says: auditor.holds ? 'all hold' : 'broken' }))
  return lines.join('\n')
}

const verdict = ({ good, broken, accepted, recorded }: LoadResult): string => {
  if (good && accepted === recorded)
    return `good: ${whole(accepted)} accepted, all of them recorded`
  if (good) return `good: nothing is broken; ${recorded - accepted} orders were recorded untold`
  return ['broken:', ...broken.map((word) => `  ${word}`)].join('\n')
}

const row = (name: string, cells: Record<string, number | string | undefined>): string => {
  const spelled = Object.entries(cells).map(([cell, value]) =>
    `${cell} ${typeof value === 'number' ? whole(value) : value}`.padEnd(16),
  )
  return `  ${name.padEnd(12)}${spelled.join(' ')}`.trimEnd()
}

const whole = (value: number) => Math.round(value).toLocaleString('en')
const percent = (share: number) => `${Math.round(share * 100)} %`
const milliseconds = (value: number | undefined) => `${whole(value ?? 0)} ms`
