// What the model said, in words.

import type { Section } from './plan-report.ts'
import type { Percentiles } from './simulation/latencies.ts'
import type { Simulated } from './simulation/simulate.ts'
import { milliseconds, whole } from './spelling.ts'

export const simulationSections = (all: Simulated[]): Section[] => all.map(sectionOf)

const sectionOf = (one: Simulated): Section => {
  const { sold, overTime } = one
  const most = (values: number[]) => Math.max(...values)
  return {
    title: `simulated, the sale's limit at ${whole(one.salePerSecond)} attempts/s`,
    rows: [
      ['attempts', whole(one.attempts), outcomesOf(one)],
      [
        'units',
        `${whole(sold.units)}`,
        `${whole(sold.accepted)} accepted, ${whole(sold.cancelled)} cancelled, ${whole(sold.held)} held in the end, ${whole(sold.heldMost)} at most, ${whole(sold.left)} left: ${one.isExact ? 'exact' : 'NOT EXACT'}`,
      ],
      ['first answer', ...latencyOf(one.firstAnswerMs)],
      ['final answer', ...latencyOf(one.finalAnswerMs)],
      [
        'lines',
        `${whole(most(overTime.queues.gatewayLine))}`,
        `attempts in all gateways at most; a call waits ${milliseconds(most(overTime.queues.redisMs))} for Redis at most; ${whole(most(overTime.queues.comingBack))} buyers are to come again at most`,
      ],
      ...(one.unanswered > 0
        ? [['unanswered', whole(one.unanswered), 'buyers, when the model gave up']]
        : []),
    ],
  }
}

const latencyOf = (of: Percentiles | null): string[] =>
  of === null
    ? ['–', '']
    : [
        `p50 ${milliseconds(of.p50)}`,
        `p99 ${milliseconds(of.p99)}, p99.9 ${milliseconds(of.p999)}, at most ${milliseconds(of.max)}`,
      ]

const outcomesOf = ({ outcomes }: Simulated): string =>
  Object.entries(outcomes)
    .map(([name, count]) => `${name} ${whole(count)}`)
    .join(', ')
