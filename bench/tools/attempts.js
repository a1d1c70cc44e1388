// The attempts that `seckill load` sends, sent by k6: tokens of a file in turn, to one sale. With RATE so many a second
// are begun, whatever the server does (an open loop); without, each of CONNECTIONS asks again as soon as it was answered.
// A file of tokens has one "buyerId token" a line, as `seckill tokens` prints them.
//
//   k6 run -e URL=http://127.0.0.1:3000 -e SALE=7 -e TOKENS=$PWD/tokens.txt -e RATE=2000 bench/tools/attempts.js

import { SharedArray } from 'k6/data'
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter } from 'k6/metrics'

const { CONNECTIONS = '64', RATE, SALE, SECONDS = '10', TOKENS, URL } = __ENV
if (!SALE || !TOKENS || !URL) throw new Error('say -e URL=… -e SALE=… -e TOKENS=… (a whole path)')

// What a status says of an attempt; where several outcomes share one, the body would tell them apart.
const OUTCOMES = {
  200: 'already-reserved',
  202: 'accepted',
  400: 'malformed',
  401: 'unauthorized',
  403: 'blocked, not-started',
  404: 'no-such-sale',
  409: 'sold-out',
  410: 'ended',
  428: 'challenge-required',
  429: 'rate-limited',
  503: 'busy, rebuilding, paused',
  0: 'unanswered',
}

const counters = Object.fromEntries(
  [...Object.keys(OUTCOMES), 'other'].map((status) => [status, new Counter(`status_${status}`)]),
)

const tokens = new SharedArray('tokens', () =>
  open(TOKENS)
    .trim()
    .split('\n')
    .map((line) => line.split(' ').pop()),
)

const loop = RATE
  ? {
      executor: 'constant-arrival-rate',
      rate: Number(RATE),
      preAllocatedVUs: Number(CONNECTIONS),
      maxVUs: Number(CONNECTIONS) * 4,
    }
  : { executor: 'constant-vus', vus: Number(CONNECTIONS) }

export const options = {
  scenarios: {
    attempts: { ...loop, exec: 'attempt', duration: `${SECONDS}s`, gracefulStop: '3s' },
  },
  thresholds: {
    http_req_duration: ['p(99)<3000'],
    http_req_failed: ['rate==0'],
    // Those that found nobody free were never sent, and no latency tells of them.
    ...(RATE && { dropped_iterations: ['count==0'] }),
  },
  discardResponseBodies: true,
  systemTags: ['scenario'],
  summaryTrendStats: ['med', 'p(99)', 'max'],
}

// Every refusal is an answer. A failure is what nobody planned.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 499 }, 503))

export const attempt = () => {
  const token = tokens[exec.scenario.iterationInTest % tokens.length]
  const headers = { authorization: `Bearer ${token}` }
  const { status } = http.post(`${URL}/api/sales/${SALE}/attempts`, null, { headers })
  const counter = counters[status] ?? counters.other
  counter.add(1)
}

// For people, and one line for programs.
export const handleSummary = ({ metrics, state }) => {
  const count = (name) => metrics[name]?.values.count ?? 0
  const lines = [...Object.entries(OUTCOMES), ['other', 'other']]
    .map(([status, outcome]) => ({ outcome, times: count(`status_${status}`) }))
    .filter(({ times }) => times > 0)
    .map(({ outcome, times }) => `${String(times).padStart(10)}  ${outcome}`)
  const { med, max, 'p(99)': p99 } = metrics.http_req_duration.values
  const latency = `${med.toFixed(1)} ms half, ${p99.toFixed(1)} ms 99 %, ${max.toFixed(1)} ms the slowest`
  const dropped = count('dropped_iterations')
  const asked = count('http_reqs')
  const words = [
    `answers ${asked - count('status_0')} refused ${count('status_409')}`,
    `microseconds ${Math.round(state.testRunDurationMs * 1000)} unanswered ${count('status_0')}`,
  ]
  const text = [...lines, `latency: ${latency}`, `dropped: ${dropped}`, words.join(' '), '']
  return { stdout: text.join('\n') }
}
