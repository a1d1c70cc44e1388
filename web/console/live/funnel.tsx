// The way from the edge to the orders as bars, each as long as many come so far.

import { percent, rate } from '../pieces/format.ts'
import { words } from '../language.ts'
import type { PerSecond } from '../shapes.ts'
import { liveWords } from './words.ts'

export const Funnel = ({ rates, edge }: { rates: PerSecond; edge: number | undefined }) => {
  const said = liveWords()
  const { accepted, asked, attempts, recorded } = rates
  const steps: [string, number][] = [
    ...(edge === undefined ? [] : [['edge', edge] as [string, number]]),
    ['gateways', attempts],
    ['engine', asked],
    ['accepted', accepted],
    ['recorded', recorded],
  ]
  const most = Math.max(1, ...steps.map(([, count]) => count))
  return (
    <section class="card">
      <h2>{said.funnel}</h2>
      <p class="quiet small">
        {said.funnelSaid} {edge === undefined ? '' : said.edgeOfYours}
      </p>
      <ol class="funnel">
        {steps.map(([name, count], at) => (
          <li key={name} data-step={name}>
            <span>
              {said.step[name]} <b>{words().perSecond(rate(count))}</b>{' '}
              <span class="quiet small">{shareOf(count, steps[at - 1]?.[1])}</span>
            </span>
            <div class="track" aria-hidden="true">
              <div class="filled" style={{ width: `${(100 * count) / most}%` }} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

// What is recorded was accepted a moment before, so it may be more.
const shareOf = (count: number, before: number | undefined): string =>
  before === undefined || before === 0 || count > before
    ? ''
    : liveWords().ofBefore(percent(count, before))
