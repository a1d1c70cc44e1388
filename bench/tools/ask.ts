// One turn of one tool: how it is started, and how its figures are read out of what it prints. Everybody sends the
// attempts of one sold-out sale with the tokens of one file, each connection one after the other.

import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Asking, SECKILL } from './sold-out-sale.ts'
import { timed } from './timed.ts'

export interface Turn {
  fromMs: number // of the program's whole life
  untilMs: number
  answers: number // refusals
  perSecond: number // while it was asking
  cpuShare: number // of one core, of its whole life; one that starts slowly has more of it than of asking
  strangers: number // answers that are no refusal, and questions without one
}

export interface Tool {
  name: string
  program: string // by which one sees that it is there
  version: string[] // what it is asked, to say which one it is
  versionIn: RegExp
  ask: (of: Asking) => Promise<Turn>
}

const file = (name: string) => join(import.meta.dirname, name)

const askBuiltIn = async ({ seckill, ...of }: Asking): Promise<Turn> => {
  const { saleId, seconds, connections, buyers } = of
  const how = ['--seconds', seconds, '--connections', connections, '--buyers', buyers]
  const { stdout } = await seckill(['load', '--saturate', '--sale', saleId, ...how, '--json'])
  const { at, tookMs, outcomes, faults, generator } = JSON.parse(stdout) as {
    at: string
    tookMs: number
    outcomes: Record<string, { count: number; perSecond: number }>
    faults: Record<string, number>
    generator: { cpuShare: number }
  }
  const { 'sold-out': refused, ...others } = outcomes
  const strangers = [...Object.values(others).map(({ count }) => count), ...Object.values(faults)]
  return {
    fromMs: Date.parse(at),
    untilMs: Date.parse(at) + tookMs,
    answers: refused?.count ?? 0,
    perSecond: refused?.perSecond ?? 0,
    cpuShare: generator.cpuShare,
    strangers: strangers.reduce((sum, count) => sum + count, 0),
  }
}

const SAID = /^answers (\d+) refused (\d+) microseconds (\d+) unanswered (\d+)$/m

const askWrk = async (of: Asking): Promise<Turn> => {
  const { pin, url, saleId, tokens, seconds, connections } = of
  const how = ['--threads', '1', '--connections', connections, '--duration', `${seconds}s`]
  const script = ['--script', file('attempts.lua'), url, '--', saleId, tokens]
  return saidBy(await timed([...pin, 'wrk', ...how, ...script]))
}

const askK6 = async (of: Asking): Promise<Turn> => {
  const { pin, url, saleId, tokens, seconds, connections } = of
  const names = {
    URL: url,
    SALE: saleId,
    TOKENS: tokens,
    SECONDS: seconds,
    CONNECTIONS: connections,
  }
  const given = Object.entries(names).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  return saidBy(
    await timed([
      ...pin,
      'k6',
      'run',
      '--quiet',
      '--no-usage-report',
      ...given,
      file('attempts.js'),
    ]),
  )
}

const saidBy = ({ stdout, cpuMs, ...when }: Awaited<ReturnType<typeof timed>>): Turn => {
  const said = SAID.exec(stdout)
  if (said === null) throw new Error(`a tool printed: ${stdout}`)
  const [answers, refused, microseconds, unanswered] = said.slice(1).map(Number) as number[]
  return {
    ...when,
    answers: refused!,
    perSecond: Math.round((refused! / microseconds!) * 1_000_000),
    cpuShare: cpuMs / (when.untilMs - when.fromMs),
    strangers: answers! - refused! + unanswered!,
  }
}

// It writes a line for each answer: when it was asked, for how long, and the status.
const askJmeter = async (of: Asking): Promise<Turn> => {
  const { pin, url, saleId, tokens, seconds, connections, folder } = of
  const { hostname, port } = new URL(url)
  const answers = join(folder, 'answers.csv')
  await rm(answers, { force: true })
  const where = { host: hostname, port, sale: saleId, tokens, seconds, saturate: connections }
  const given = Object.entries({ ...where, ...COLUMNS }).map(
    ([name, value]) => `-J${name}=${value}`,
  )
  const plan = ['-n', '-t', file('attempts.jmx'), '-l', answers, '-j', join(folder, 'jmeter.log')]
  const { stdout: _, cpuMs, ...when } = await timed([...pin, 'jmeter', ...plan, ...given])
  const lines = (await readFile(answers, 'utf8')).trim().split('\n')
  const all = lines.map((line) => line.split(','))
  let firstMs = Infinity
  let lastMs = 0
  for (const [atMs, tookMs] of all) {
    firstMs = Math.min(firstMs, Number(atMs))
    lastMs = Math.max(lastMs, Number(atMs) + Number(tookMs))
  }
  const refused = all.filter(([, , status]) => status === '409').length
  return {
    ...when,
    answers: refused,
    perSecond: Math.round((refused / (lastMs - firstMs)) * 1000),
    cpuShare: cpuMs / (when.untilMs - when.fromMs),
    strangers: all.length - refused,
  }
}

const SAVED = 'jmeter.save.saveservice'
const NOT_SAVED = 'label response_message thread_name data_type successful bytes sent_bytes latency'
const COLUMNS: Record<string, string> = {
  [`${SAVED}.output_format`]: 'csv',
  [`${SAVED}.print_field_names`]: 'false',
  ...Object.fromEntries(
    [
      ...NOT_SAVED.split(' '),
      'connect_time',
      'idle_time',
      'thread_counts',
      'url',
      'assertion_results_failure_message',
      'subresults',
    ].map((name) => [`${SAVED}.${name}`, 'false']),
  ),
}

export const TOOLS: [ours: Tool, ...theirs: Tool[]] = [
  {
    name: 'seckill',
    program: process.execPath,
    version: [SECKILL, '--version'],
    versionIn: /(\S+)/,
    ask: askBuiltIn,
  },
  { name: 'wrk', program: 'wrk', version: ['-v'], versionIn: /wrk (\S+)/, ask: askWrk },
  { name: 'k6', program: 'k6', version: ['version'], versionIn: /k6 v?(\S+)/, ask: askK6 },
  {
    name: 'jmeter',
    program: 'jmeter',
    version: ['--version'],
    versionIn: /(\d+\.\d+(?:\.\d+)?)\s*$/m,
    ask: askJmeter,
  },
]
