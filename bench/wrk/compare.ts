// Does the built-in generator see the server that wrk sees? Both saturate one sold-out sale in turns,
// with the same tokens over as many connections, on the core that the server leaves free.
//
// node bench/wrk/compare.ts [--pairs 5] [--seconds 5] [--connections 64] [--buyers 20000]

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'
import { cpuTimeMs } from '../servers/cpu-time.ts'
import { cores, printed, startPinned } from '../servers/start-pinned.ts'

const SECKILL = join(import.meta.dirname, '../../src/cli/seckill.js')
const SCRIPT = join(import.meta.dirname, 'attempts.lua')
const ENOUGH = '100000000' // more attempts a second than anybody sends

interface Measured {
  fromMs: number
  untilMs: number
  answers: number
  perSecond: number
  cpuShare: number // of one core, of the generator
  strangers: number // answers that are no refusal, and questions without one
}

const options = () => {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '64' },
      buyers: { type: 'string', default: '20000' },
    },
  })
  const { seconds, connections, buyers } = values
  return { pairs: Number(values.pairs), seconds, connections, buyers }
}

type Options = ReturnType<typeof options>

const compare = async (of: Options) => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-wrk-'))
  const { server, generator } = cores()
  const env = environment(folder)
  const engine = startPinned([SECKILL, 'start'], { core: server, env, cwd: folder })
  const pin = generator === undefined ? [] : ['taskset', '-c', String(generator)]
  try {
    const url = await printed(engine, /running at (http:\S+)\n/)
    const seckill = (words: string[]) =>
      run([...pin, process.execPath, SECKILL, ...words, '--url', url], env)
    const saleId = await soldOutSale(seckill, url)
    const tokens = join(folder, 'tokens.txt')
    const issued = await seckill(['tokens', '--sale', saleId, '--buyers', of.buyers])
    await writeFile(tokens, issued.stdout)
    const ours = () => askBuiltIn(seckill, { ...of, saleId })
    const theirs = () => askWrk(pin, { ...of, url, saleId, tokens })
    await ours() // warm
    const serverCpuMs = () => cpuTimeMs(engine.process.pid) ?? 0
    return await inTurns(of.pairs, {
      ours: () => withServerCost(ours, serverCpuMs),
      theirs: () => withServerCost(theirs, serverCpuMs),
    })
  } finally {
    await engine.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Turn extends Measured {
  perServerSecond: number // of the server's processor time: what else runs here does not count
}

const LOOK_EVERY_MS = 10

// What the server used while it was asked, and not while tokens were fetched before.
const withServerCost = async (
  ask: () => Promise<Measured>,
  serverCpuMs: () => number,
): Promise<Turn> => {
  const seen: { atMs: number; cpuMs: number }[] = []
  const look = setInterval(
    () => seen.push({ atMs: Date.now(), cpuMs: serverCpuMs() }),
    LOOK_EVERY_MS,
  )
  const measured = await ask().finally(() => clearInterval(look))
  const { answers, fromMs, untilMs } = measured
  const during = seen.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs)
  const cpuMs = during.at(-1)!.cpuMs - during[0]!.cpuMs
  return { ...measured, perServerSecond: Math.round((answers / cpuMs) * 1000) }
}

type Side = 'ours' | 'theirs'

const inTurns = async (pairs: number, ask: Record<Side, () => Promise<Turn>>) => {
  const turns: Record<Side, Turn>[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    const order: [Side, Side] = pair % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours']
    const heard: Partial<Record<Side, Turn>> = {}
    for (const side of order) heard[side] = await ask[side]()
    turns.push(heard as Record<Side, Turn>)
  }
  return turns
}

const environment = (folder: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('SECKILL_')),
  ),
  SECKILL_DATA: folder,
  SECKILL_PORT: '0',
  SECKILL_DEMO: 'off',
  SECKILL_LOG_LEVEL: 'error',
  SECKILL_ADMIN_KEY: 'a-key-of-measurements',
  SECKILL_GLOBAL_PER_SECOND: ENOUGH,
  SECKILL_GLOBAL_BURST: ENOUGH,
  SECKILL_SALE_PER_SECOND: ENOUGH,
  SECKILL_SALE_BURST: ENOUGH,
  SECKILL_BUYER_PER_SECOND: '1000',
  SECKILL_CHALLENGE_AFTER: '0',
})

const run = (words: string[], env: NodeJS.ProcessEnv) =>
  promisify(execFile)(words[0]!, words.slice(1), { env, maxBuffer: 64 << 20 })

type Seckill = (words: string[]) => Promise<{ stdout: string }>

const SOLD_WITHIN_MS = 10_000
const FAR_AWAY = '1000000000' // from the buyers who will ask

// One unit, and somebody far from the others who has it.
const soldOutSale = async (seckill: Seckill, url: string): Promise<string> => {
  const terms = ['--product-title', 'Phone', '--list-price', '9', '--price', '9', '--stock', '1']
  const create = ['sale', 'create', '--title', 'Sold out', ...terms, '--starts-at', '+0s']
  const { saleId } = JSON.parse((await seckill([...create, '--json'])).stdout) as { saleId: string }
  const one = ['--sale', saleId, '--buyers', '1', '--from', FAR_AWAY]
  const [, token] = (await seckill(['tokens', ...one])).stdout.trim().split(' ')
  const headers = { authorization: `Bearer ${token}` }
  const untilMs = performance.now() + SOLD_WITHIN_MS
  for (;;) {
    const { status } = await fetch(`${url}/api/sales/${saleId}/attempts`, {
      method: 'POST',
      headers,
    })
    if (status === 202 || status === 200) return saleId
    if (performance.now() > untilMs) throw new Error(`nobody can buy: HTTP ${status}`)
    await pause(100)
  }
}

const askBuiltIn = async (
  seckill: Seckill,
  of: Options & { saleId: string },
): Promise<Measured> => {
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

const askWrk = async (
  pin: string[],
  of: Options & { url: string; saleId: string; tokens: string },
): Promise<Measured> => {
  const { url, saleId, tokens, seconds, connections } = of
  const how = `--threads 1 --connections ${connections} --duration ${seconds}s`
  const command = `wrk ${how} --script ${SCRIPT} ${url} -- ${saleId} ${tokens}; times`
  const fromMs = Date.now()
  const { stdout } = await run([...pin, 'sh', '-c', command], process.env)
  const untilMs = Date.now()
  const said = /^answers (\d+) refused (\d+) microseconds (\d+) unanswered (\d+)$/m.exec(stdout)
  const times = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/m.exec(
    stdout.split('\n').slice(-2).join('\n'),
  )
  if (said === null || times === null) throw new Error(`wrk printed: ${stdout}`)
  const [answers, refused, microseconds, unanswered] = said.slice(1).map(Number) as number[]
  const [userMin, user, systemMin, system] = times.slice(1).map(Number) as number[]
  const tookSeconds = microseconds! / 1_000_000
  return {
    fromMs,
    untilMs,
    answers: refused!,
    perSecond: Math.round(refused! / tookSeconds),
    cpuShare: ((userMin! + systemMin!) * 60 + user! + system!) / tookSeconds,
    strangers: answers! - refused! + unanswered!,
  }
}

const median = (values: number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!

const turns = await compare(options())
const spelled = ({ perSecond, perServerSecond, cpuShare, strangers }: Turn) =>
  `${perSecond}/s, ${perServerSecond} per second of the server, cpu ${cpuShare.toFixed(2)}, ` +
  `others ${strangers}`
for (const { ours, theirs } of turns)
  console.log(`seckill ${spelled(ours)}\nwrk     ${spelled(theirs)}`)
const ratios = {
  'by the clock': turns.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond),
  'by the processor time of the server': turns.map(
    ({ ours, theirs }) => ours.perServerSecond / theirs.perServerSecond,
  ),
}
for (const [name, values] of Object.entries(ratios))
  console.log(`seckill / wrk ${name}: ${median(values).toFixed(3)}, median of ${values.length}`)
