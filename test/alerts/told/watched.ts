// The real Prometheus and Alertmanager, with the shipped files, around processes that a test has started, and
// everybody who is told. A cause is told in every way that its severity has; the time that took is printed.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { askUntil } from '../../support/ask-redis.ts'
import type { Json } from '../../support/engine.ts'
import { type PrometheusOptions, startPrometheus } from '../../support/prometheus-server.ts'
import type { Server } from '../../support/server.ts'
import { type Everybody, startEverybody, type Way } from '../hearing/everybody.ts'

export interface Watched extends AsyncDisposable {
  everybody: Everybody
  // Makes the cause, and waits until everybody has been told of it; nobody was before.
  told(alert: string, of: { ways: Way[]; cause: () => unknown }): Promise<void>
  // Takes the cause away, and waits until everybody was told that it is over.
  resolved(alert: string, of: { ways: Way[]; cure: () => unknown }): Promise<void>
  stateOf(alert: string): Promise<string | undefined> // in Alertmanager: active or suppressed
  scraped(): Promise<void> // waits until every process has been, from now on
}

interface WatchedOptions extends Pick<PrometheusOptions, 'rules'> {
  context: TestContext
  processes: { role: string; server: Server }[]
  scale: number // of all durations: with 10, a minute is 6 s
}

// Resolves when Prometheus has found everybody, and nothing but the watchdog is on. It takes some seconds for
// that, which no test can shorten: until then it misses every gateway, and knows nobody to tell of it.
export const startWatched = async (options: WatchedOptions): Promise<Watched> => {
  const { context, processes, scale, rules = {} } = options
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const everybody = opened.use(await startEverybody({ scale }))
  const targets = processes.map(({ role, server }) => ({ role, url: operationsUrl(server) }))
  const alertmanager = everybody.alertmanager.url
  const { url } = opened.use(await startPrometheus({ targets, alertmanager, scale, rules }))
  const scraped = () => untilScraped(url, targets.length)
  await scraped()
  await untilQuiet(url)
  const open = opened.move()
  return {
    everybody,
    stateOf: (alert) => everybody.stateOf({ alertname: alert }),
    told(alert, { ways, cause: act }) {
      for (const way of ways) assert(everybody.heard(way).every((words) => !words.includes(alert)))
      return hears(context, { alert, ways, status: 'firing', act, everybody, scale })
    },
    resolved: (alert, { ways, cure: act }) =>
      hears(context, { alert, ways, status: 'resolved', act, everybody, scale }),
    scraped,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

interface Hears {
  alert: string
  ways: Way[]
  status: 'firing' | 'resolved'
  act: () => unknown
  everybody: Everybody
  scale: number
}

const hears = async (context: TestContext, of: Hears) => {
  const { alert, ways, status, act, everybody, scale } = of
  const since = new Map(ways.map((way) => [way, everybody.heard(way).length]))
  const startMs = performance.now()
  await act()
  const tookMs = async (way: Way) => {
    await everybody.hears({ way, alert, status, after: since.get(way)! })
    return `${way} ${((performance.now() - startMs) / 1000).toFixed(1)} s`
  }
  const took = await Promise.all(ways.map(tookMs))
  context.diagnostic(`${alert} ${status}, durations by ${scale}: ${took.join(', ')}`)
}

const FOUND_WITHIN_MS = 20_000

const untilScraped = async (url: string, processes: number) => {
  const sinceSeconds = Date.now() / 1000
  const seen = `count(timestamp(up{job="seckill"} == 1) > ${sinceSeconds})`
  const query = encodeURIComponent(`${seen} == ${processes}`)
  const limit = { withinMs: FOUND_WITHIN_MS, wanted: 'every process is scraped' }
  await askUntil(
    () => ask(`${url}/api/v1/query?query=${query}`),
    ({ result }) => result.length > 0,
    limit,
  )
}

const untilQuiet = async (url: string) => {
  const limit = { withinMs: FOUND_WITHIN_MS, wanted: 'Alertmanager is found, and all is well' }
  await askUntil(
    async () => {
      const { activeAlertmanagers } = await ask(`${url}/api/v1/alertmanagers`)
      const { alerts } = await ask(`${url}/api/v1/alerts`)
      return { found: activeAlertmanagers.length, on: alerts.map(({ labels }: Json) => labels) }
    },
    ({ found, on }) => found > 0 && on.length === 1 && on[0].alertname === 'SeckillWatchdog',
    limit,
  )
}

const ask = async (url: string): Promise<Json> => {
  const { data }: Json = await (await fetch(url)).json()
  return data
}

// As it prints it.
const operationsUrl = ({ output }: Server): string => {
  const url = /(http:\S+)\/metrics$/m.exec(output())?.[1]
  if (url === undefined) throw new Error(`it has no operations port: ${output()}`)
  return url
}
