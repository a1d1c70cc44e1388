// Does the built-in generator see the server that others see? It and whichever of wrk, k6 and JMeter are here saturate
// one sold-out sale in turns, with the same tokens over as many connections, on the core that the server leaves free.
//
// node bench/tools/compare.ts [--rounds 5] [--seconds 5] [--connections 64] [--buyers 20000] [--json FILE]

import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { circumstances } from '../report/circumstances.ts'
import { median } from '../report/result.ts'
import { type Tool, TOOLS, type Turn } from './ask.ts'
import { type SoldOutSale, startSoldOutSale } from './sold-out-sale.ts'

const { values: asked } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
    buyers: { type: 'string', default: '20000' },
    json: { type: 'string' },
  },
})

interface Sample extends Turn {
  perServerSecond: number // of the server's processor time: what else runs here does not count
}

// Undefined: it is not here.
const versionOf = ({ program, version, versionIn }: Tool): string | undefined => {
  const { error, stdout, stderr } = spawnSync(program, version, { encoding: 'utf8' })
  return error ? undefined : (versionIn.exec(`${stdout}${stderr}`)?.[1] ?? 'unknown')
}

const LOOK_EVERY_MS = 10

// What the server used while it was asked, and not while tokens were fetched before.
const sampleOf = async ({ asking, serverCpuMs }: SoldOutSale, tool: Tool): Promise<Sample> => {
  const seen: { atMs: number; cpuMs: number }[] = []
  const look = setInterval(
    () => seen.push({ atMs: Date.now(), cpuMs: serverCpuMs() }),
    LOOK_EVERY_MS,
  )
  const turn = await tool.ask(asking).finally(() => clearInterval(look))
  const during = seen.filter(({ atMs }) => atMs >= turn.fromMs && atMs <= turn.untilMs)
  const cpuMs = during.at(-1)!.cpuMs - during[0]!.cpuMs
  return { ...turn, perServerSecond: Math.round((turn.answers / cpuMs) * 1000) }
}

// Each round begins with another one.
const inTurns = async (rounds: number, tools: Tool[]): Promise<Sample[][]> => {
  const { seconds, connections, buyers } = asked
  await using sale = await startSoldOutSale({ seconds, connections, buyers })
  await sampleOf(sale, TOOLS[0]) // warm
  const samples: Sample[][] = tools.map(() => [])
  for (let round = 0; round < rounds; round += 1)
    for (const at of tools.keys()) {
      const whose = (at + round) % tools.length
      samples[whose]!.push(await sampleOf(sale, tools[whose]!))
    }
  return samples
}

const WHAT = 'sold-out refusals a second of one process, saturated in turns by each tool'

const found = TOOLS.map((tool) => ({ tool, version: versionOf(tool) }))
const here = found.filter(({ version }) => version !== undefined)
const [waiting] = loadavg() // of a minute: what else runs here
const samples = await inTurns(
  Number(asked.rounds),
  here.map(({ tool }) => tool),
)
const tools = here.map(({ tool: { name }, version }, at) => {
  const of = (figure: 'perSecond' | 'perServerSecond' | 'cpuShare') =>
    median(samples[at]!.map((sample) => sample[figure]))
  const strangers = samples[at]!.reduce((sum, { strangers: some }) => sum + some, 0)
  const ratio = median(
    samples[at]!.map(
      ({ perServerSecond }, round) => samples[0]![round]!.perServerSecond / perServerSecond,
    ),
  )
  return {
    name,
    version,
    perSecond: Math.round(of('perSecond')),
    perServerSecond: Math.round(of('perServerSecond')),
    cpuShare: Number(of('cpuShare').toFixed(2)),
    strangers,
    oursByServerTime: Number(ratio.toFixed(3)),
    samples: samples[at]!.map(({ perSecond, perServerSecond }) => ({ perSecond, perServerSecond })),
  }
})
for (const { name, perSecond, perServerSecond, cpuShare, strangers, oursByServerTime } of tools)
  console.log(
    `${name.padEnd(8)} ${perSecond}/s, ${perServerSecond} per second of the server, ` +
      `cpu ${cpuShare.toFixed(2)}, others ${strangers}, seckill / ${name} ${oursByServerTime}`,
  )
for (const { tool } of found.filter(({ version }) => version === undefined))
  console.log(`${tool.name.padEnd(8)} is not here`)
if (asked.json !== undefined) {
  const { rounds, seconds, connections, buyers } = asked
  const amount = { rounds: +rounds, seconds: +seconds, connections: +connections, buyers: +buyers }
  const command = `node bench/tools/compare.ts ${process.argv.slice(2).join(' ')}`
  const before = { loadAverageBefore: Number(waiting!.toFixed(2)) }
  const about = { scenario: 'tools', what: WHAT, ...amount, ...before }
  const result = { ...about, tools, ...circumstances(command) }
  await writeFile(asked.json, `${JSON.stringify(result, null, 2)}\n`)
}
