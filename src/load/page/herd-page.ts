// The result of a herd as a page: its day in three plots, and the numbers.

import { title, verdict } from '../outcome/report.ts'
import type { LoadResult } from '../outcome/result.ts'
import { milliseconds, percent, seconds, whole } from '../outcome/spelling.ts'
import { page, type Plot, type Table } from './page.ts'
import { answersPlot, latencyPlot, latencyTable, pairs } from './parts.ts'

export const herdPage = (result: LoadResult): string =>
  page({
    title: title(result),
    good: result.good,
    verdict: verdict(result),
    notes: result.notes,
    plots: [
      answersPlot(result.overTime),
      latencyPlot(result.overTime, 'Latency by the planned instant of the attempt'),
      unitsPlot(result),
    ],
    tables: [outcomes(result), latencyTable(result.latencyMs), run(result), books(result)],
  })

const unitsPlot = ({ overTime: { units } }: LoadResult): Plot => ({
  title: 'Units',
  unit: 'units',
  seconds: units.seconds,
  series: [
    { label: 'accepted', values: units.accepted },
    { label: 'available', values: units.available },
    { label: 'paid', values: units.paid },
  ],
})

const outcomes = (result: LoadResult): Table => {
  const { opening, outcomes: all, recorded, recordedPerSecond } = result
  const recordedRate = recordedPerSecond === undefined ? '–' : `${whole(recordedPerSecond)}/s`
  return {
    caption: `Attempts by outcome; the opening took ${seconds(opening.tookMs)}`,
    head: ['', 'in the opening', 'mean rate there', 'in all', 'busiest second'],
    rows: [
      ...Object.entries(all).map(([name, { count, busiestPerSecond }]) => {
        const first = opening.outcomes[name] ?? { count: 0, perSecond: 0 }
        const rates = [`${whole(first.perSecond)}/s`, whole(count), `${whole(busiestPerSecond)}/s`]
        return [name, whole(first.count), ...rates]
      }),
      ['recorded', '', recordedRate, whole(recorded), ''],
    ],
  }
}

const run = ({ sends, generator, resold, closedSockets, ...result }: LoadResult): Table =>
  pairs('The run', {
    'sent early': sends.early,
    'sent at the opening': sends.opening,
    'retries sent': sends.retry,
    'sent again with an order in hand': sends.again,
    'sent late (more than 10 ms after plan)': sends.late,
    'late for want of a connection': sends.queued,
    'latest send after plan': milliseconds(sends.latestMs),
    'dropped, never sent': sends.dropped,
    'sockets closed without an answer': closedSockets,
    'buyers who moved to another gateway': result.moved,
    ...byGateway(result),
    connections: result.connections,
    'generator processes': generator.processes,
    'generator CPU, of one core': percent(generator.cpuShare),
    'busiest generator in the opening': percent(generator.openingCpuShare),
    'sold out after': result.soldOutAfterMs && milliseconds(result.soldOutAfterMs),
    'units given back and sold again': resold.count,
    'the longest until then': resold.maxMs && milliseconds(resold.maxMs),
    'given back and not sold': resold.unsold,
    'the whole story': seconds(result.storyMs),
  })

// Of one there is nothing to tell apart.
const byGateway = ({ gateways }: Pick<LoadResult, 'gateways'>): Record<string, number> => {
  const rows = Object.entries(gateways).map(([url, count]) => [`answered by ${url}`, count])
  return rows.length > 1 ? Object.fromEntries(rows) : {}
}

const books = ({ audit, auditor, accepted, recorded, paid, unknown }: LoadResult): Table =>
  pairs('The books', {
    'told yes': accepted,
    'recorded meanwhile': recorded,
    'perhaps an order, not told': unknown,
    'seen paid': paid,
    'total units': audit.total,
    available: audit.available,
    pending: audit.pending,
    paid: audit.paid,
    released: audit.released,
    rejected: audit.rejected,
    oversold: audit.oversold,
    'duplicate buyers': audit.duplicateBuyers,
    drift: audit.drift ?? '–',
    'independent auditor': auditor && (auditor.holds ? 'all hold' : 'broken'),
  })
