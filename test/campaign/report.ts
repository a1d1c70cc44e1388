// A campaign for those who read it, and as a file: what was broken, what came of it, where and by what it
// was measured, and how to have it again.

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { circumstances } from '../../bench/report/circumstances.ts'
import { ANSWERED_MS_MAX, CLOSED_MS_MAX } from './judge.ts'
import type { Campaign } from './random-campaign.ts'

interface Asked {
  minutes: number
  seed: number
  only?: string
}

export const reportOf = (campaign: Campaign, asked: Asked): string[] => {
  const { closedMs, outcomes, violations, broken } = campaign
  const attempts = Object.values(outcomes).reduce((sum, count) => sum + count, 0)
  const closed = Object.entries(closedMs.byFault).toSorted(
    ([, a], [, b]) => b.longestMs - a.longestMs,
  )
  return [
    '',
    'closed to buyers, longest, in ms: alone, of that not by design, beside another fault',
    ...closed.map(([name, { times, longestMs, beyondMs, longestOfTwoMs }]) =>
      [
        String(longestMs).padStart(8),
        String(beyondMs).padStart(8),
        String(longestOfTwoMs ?? '–').padStart(8),
        ` ${name} (${times})`,
      ].join(''),
    ),
    `${String(closedMs.calm).padStart(8)}                  with nothing broken`,
    '',
    `faults survived    ${broken.length} of ${closed.length} kinds, in ${campaign.rounds} rounds`,
    `attempts           ${attempts}: ${Object.entries(outcomes)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    `recorded           ${campaign.recorded} orders`,
    `slow answers       ${campaign.slow} over ${ANSWERED_MS_MAX} ms; the slowest took ${campaign.slowestMs} ms`,
    `no answer          ${campaign.unanswered} of gateways that were there`,
    `drift              ${campaign.drift}`,
    `machine            load ${campaign.loadPerCore} a core; the campaign itself stood still ${campaign.stalls} times`,
    `broken             ${violations.length} (closed for more than ${CLOSED_MS_MAX} ms by one fault is one)`,
    ...violations.slice(0, SHOWN_MAX).map((violation) => `  ${violation}`),
    ...(violations.length > SHOWN_MAX ? [`  and ${violations.length - SHOWN_MAX} more`] : []),
    ...campaign.slowest.map(slowLine),
    `again              ${commandOf(asked)}`,
  ]
}

const SHOWN_MAX = 20 // the file has all

const slowLine = ({ kind, outcome, by, tookMs, during }: Campaign['slowest'][number]): string =>
  `  ${tookMs} ms: ${kind} ${outcome} by ${by}, while ${during.join(' and ') || 'nothing was broken'}`

export const keepCampaign = async (
  campaign: Campaign,
  { file, ...asked }: Asked & { file?: string | undefined },
): Promise<void> => {
  const to = file ?? join(RESULTS, `campaign-${asked.seed}.json`)
  const { broken, startedAtMs, ...figures } = campaign
  const timeline = broken.map(({ beganAtMs, healedAtMs, openAtMs, ...one }) => ({
    ...one,
    atMs: beganAtMs - startedAtMs,
    heldMs: healedAtMs - beganAtMs,
    openMs: openAtMs - healedAtMs,
  }))
  const result = { ...asked, ...figures, timeline, ...circumstances(commandOf(asked)) }
  await mkdir(dirname(to), { recursive: true })
  await writeFile(to, `${JSON.stringify(result, null, 2)}\n`)
}

const RESULTS = join(import.meta.dirname, '../../bench/results')

const commandOf = ({ minutes, seed, only }: Asked): string => {
  const words = only === undefined ? '' : ` --only '${only}'`
  return `npm run campaign -- --minutes ${minutes} --seed ${seed}${words}`
}
