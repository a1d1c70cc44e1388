// What goes on now: attempts, orders and times of the last two minutes, the queue, and the units of every
// sale in the engine.

import { useEffect, useState } from 'preact/hooks'
import { rate, whole } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { words } from '../language.ts'
import { followEdge } from './edge-rate.ts'
import { Funnel } from './funnel.tsx'
import { type FeedState, followOverview } from './live-feed.ts'
import { type Line, Plot, WINDOW_SECONDS } from './plot.tsx'
import { breakersText, Processes } from './processes.tsx'
import type { Overview } from '../shapes.ts'
import { liveWords } from './words.ts'
import { UnitBar } from '../pieces/unit-bar.tsx'
import { partsOfEngine } from '../pieces/units.ts'

export const LiveView = () => {
  const said = words()
  const [readings, setReadings] = useState<Overview[]>([])
  const [state, setState] = useState<FeedState>('waiting')
  const [edge, setEdge] = useState<number>()
  useEffect(() => {
    const leaving = new AbortController()
    const seen = (next: Overview) => setReadings((before) => withNext(before, next))
    followOverview({ seen, state: setState }, leaving.signal).catch((error: unknown) => {
      if (!leaving.signal.aborted) throw error
    })
    followEdge(setEdge, leaving.signal).catch((error: unknown) => {
      if (!leaving.signal.aborted) throw error
    })
    return () => leaving.abort()
  }, [])
  const newest = readings.at(-1)
  return (
    <>
      <Heading title={said.live} />
      <p role="status" class="quiet">
        {said.feed[state]}
      </p>
      {newest ? (
        <>
          <Figures newest={newest} />
          <div class="plots">
            <Plots readings={readings} newest={newest} />
            <Funnel rates={newest.rates.lastSecond} edge={edge} />
          </div>
          <SalesNow newest={newest} />
          <Processes newest={newest} />
        </>
      ) : null}
    </>
  )
}

const secondsOf = ({ at }: Overview) => Math.round(Date.parse(at) / 1000)

// One reading for each second; a clock that was set back begins anew.
const withNext = (before: Overview[], next: Overview): Overview[] => {
  const now = secondsOf(next)
  const kept = before.filter((one) => {
    const at = secondsOf(one)
    return at < now && at >= now - WINDOW_SECONDS
  })
  return [...kept, next]
}

const Figures = ({ newest }: { newest: Overview }) => {
  const { breakers, eventLoopDelay, processes, queue, rates } = newest
  const said = words()
  const { breakers: breakersName, gateways } = liveWords()
  const figures = [
    [said.attemptsNow, said.perSecond(rate(rates.lastSecond.attempts))],
    [said.queue, whole(queue.messages)],
    [said.oldest, said.ms(whole(queue.oldestAgeMs))],
    [said.delay, said.ms(rate(eventLoopDelay.p99Ms))],
    [gateways, whole(processes.filter(({ role }) => FRONT.has(role)).length)],
    [breakersName, breakersText(breakers)],
  ]
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const FRONT = new Set(['all', 'gateway'])

const Plots = ({ readings, newest }: { readings: Overview[]; newest: Overview }) => {
  const said = words()
  const times = readings.map(secondsOf)
  const perSecond = (name: string, look: number, of: (one: Overview) => number): Line => ({
    name,
    look,
    values: readings.map(of),
    now: said.perSecond(rate(of(newest))),
  })
  const latency = (name: string, look: number, of: 'p50Ms' | 'p99Ms'): Line => ({
    name,
    look,
    values: readings.map((one) => one.latency?.[of] ?? null),
    now: newest.latency ? said.ms(rate(newest.latency[of])) : '–',
  })
  const outcomes = OUTCOMES.flatMap((name, look) => {
    const of = (one: Overview) => one.rates.lastSecond.outcomes[name] ?? 0
    return readings.some((one) => of(one) > 0)
      ? [perSecond(said.outcome[name] ?? name, look, of)]
      : []
  })
  return (
    <>
      <Plot title={said.attempts} times={times} lines={outcomes} nothing={said.noAttempts} />
      <Plot
        title={said.acceptedRecorded}
        times={times}
        lines={[
          perSecond(said.accepted, 0, (one) => one.rates.lastSecond.accepted),
          perSecond(said.recorded, 1, (one) => one.rates.lastSecond.recorded),
        ]}
      />
      <Plot
        title={said.latency}
        times={times}
        lines={[latency(said.median, 0, 'p50Ms'), latency(said.slowest, 1, 'p99Ms')]}
      />
    </>
  )
}

// Those that come together most often look least alike.
const OUTCOMES = [
  'accepted',
  'sold-out',
  'already-reserved',
  'rate-limited',
  'busy',
  'challenge-required',
  'not-started',
  'ended',
  'paused',
  'blocked',
  'rebuilding',
  'unauthorized',
  'malformed',
  'no-such-sale',
]

const SalesNow = ({ newest: { sales } }: { newest: Overview }) => {
  const said = words()
  return (
    <>
      <h2>{said.units}</h2>
      {sales.length === 0 ? <p class="quiet">{said.noneInEngine}</p> : null}
      {sales.map((sale) => (
        <section key={sale.saleId} class="card">
          <h3>
            <a href={`#/sales/${sale.saleId}`}>{sale.title}</a>{' '}
            {sale.engine === 'open' ? null : (
              <span class="badge">{said.engineState[sale.engine]}</span>
            )}
          </h3>
          <UnitBar parts={partsOfEngine(sale)} />
        </section>
      ))}
    </>
  )
}
