// The result of a saturation as a page: two plots, and the numbers.

import { percent, whole } from '../outcome/spelling.ts'
import { saturationTitle } from '../saturation/saturation-report.ts'
import type { SaturationResult } from '../saturation/saturation-result.ts'
import { page } from './page.ts'
import { answersPlot, latencyPlot, latencyTable, pairs } from './parts.ts'

export const saturationPage = (result: SaturationResult): string => {
  const { good, broken, outcomes, generator, faults, latencyMs, overTime } = result
  return page({
    title: saturationTitle(result),
    good,
    verdict: good ? 'good: nothing is broken' : ['broken:', ...broken].join('\n'),
    notes: [],
    plots: [answersPlot(overTime), latencyPlot(overTime, 'Latency of the loop')],
    tables: [
      {
        caption: 'Answers by outcome',
        head: ['', 'count', 'rate'],
        rows: Object.entries(outcomes).map(([name, { count, perSecond }]) => [
          name,
          whole(count),
          `${whole(perSecond)}/s`,
        ]),
      },
      latencyTable({ 'of the loop': latencyMs }),
      pairs('The generator', {
        processes: generator.processes,
        'CPU, of one core': percent(generator.cpuShare),
        ...faults,
      }),
    ],
  })
}
