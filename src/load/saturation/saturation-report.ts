// The result of a saturation for people. It only spells.

import { percent, percentileRows, row, seconds, spelledSale, whole } from '../outcome/spelling.ts'
import type { SaturationResult } from './saturation-result.ts'

export const saturationReport = (result: SaturationResult): string => {
  const { outcomes, faults, generator } = result
  const rates = Object.entries(outcomes).map(([name, { count, perSecond }]) =>
    row(name, { count, rate: `${whole(perSecond)}/s` }),
  )
  const cpu = { cpu: percent(generator.cpuShare), processes: generator.processes }
  return [
    saturationTitle(result),
    [...rates, row('generator', cpu), ...noAnswers(faults)].join('\n'),
    percentileRows('latency of the loop', { answers: result.latencyMs }).join('\n'),
    result.good ? 'good: nothing is broken' : ['broken:', ...result.broken].join('\n  '),
  ].join('\n\n')
}

export const saturationTitle = (result: SaturationResult): string => {
  const { connections, buyers, tookMs } = result
  const asking = `${whole(connections)} connections, ${whole(buyers)} buyers in turn`
  return `${asking}, ${seconds(tookMs)}, ${spelledSale(result)}`
}

const noAnswers = (faults: Record<string, number>): string[] =>
  Object.keys(faults).length > 0 ? [row('no answer', faults)] : []
