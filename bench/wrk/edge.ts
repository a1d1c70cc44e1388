// Does the edge hold one address to its rate and leave the others alone? Four clients, each with an address
// of its own, attempt one sold-out sale through nginx at once: three keep to ten a second, one does not. All
// of it is in a network of its own that ends with it, where each address of the edge is reached from the same.
//
// node bench/wrk/edge.ts [--seconds 5]

import { execFile, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { startNginx } from '../../test/support/nginx-server.ts'
import { operator } from '../../test/support/operator.ts'
import { type Server, startServer } from '../../test/support/server.ts'

const SCRIPT = join(import.meta.dirname, 'edge.lua')
const run = promisify(execFile)

// As in deploy/nginx/rates.conf.
const PER_SECOND = 10
const BURST = 20

interface Client {
  name: string
  address: string
  connections: number
  pauseMs: number // after each answer, on each connection
}

const CLIENTS: Client[] = [
  { name: 'within 1', address: '127.0.1.1', connections: 1, pauseMs: 120 },
  { name: 'within 2', address: '127.0.1.2', connections: 1, pauseMs: 150 },
  { name: 'within 3', address: '127.0.1.3', connections: 1, pauseMs: 250 },
  { name: 'beyond', address: '127.0.1.4', connections: 8, pauseMs: 0 },
]

interface Told {
  passed: number
  refused: number
  strange: number
  p50: number // µs, of all answers
  p99: number
  seconds: number
}

const BUYERS = 200

const measure = async (seconds: number): Promise<Map<Client, Told>> => {
  for (const { address } of CLIENTS) await routeTo(address)
  const env = { SECKILL_TRUSTED_PROXIES: '127.0.0.1', SECKILL_CHALLENGE_AFTER: '0' }
  await using server = await startServer({ env })
  await using nginx = await startNginx({
    gateways: [server.url],
    listen: (port) => CLIENTS.map(({ address }) => `listen ${address}:${port};`).join('\n'),
  })
  const { saleId, tokens } = await soldOutSale(server)
  const told = CLIENTS.map(async (client): Promise<[Client, Told]> => {
    const url = `http://${client.address}:${nginx.port}`
    return [client, await attack(client, { url, saleId, tokens, seconds })]
  })
  return new Map(await Promise.all(told))
}

// From the same address: without this line the kernel would take 127.0.0.1 for all.
const routeTo = async (address: string) => {
  await run('ip', ['link', 'set', 'lo', 'up'])
  const route = ['route', 'replace', 'local', address, 'dev', 'lo', 'table', 'local']
  await run('ip', [...route, 'src', address])
}

const soldOutSale = async (server: Server) => {
  const saleId = await operator(server).makeSale({ stock: 1 })
  const tokens = [...(await operator(server).tokens(saleId, BUYERS)).values()]
  const file = join(server.folder, 'tokens.txt')
  await writeFile(file, tokens.join('\n'))
  return { saleId, tokens: file }
}

const LINE = /^passed (\d+) refused (\d+) strange (\d+) p50 (\d+) p99 (\d+) microseconds (\d+)$/m

const attack = async (
  { connections, pauseMs }: Client,
  of: { url: string; saleId: string; tokens: string; seconds: number },
): Promise<Told> => {
  const how = ['--threads', '1', '--connections', String(connections)]
  const long = ['--duration', `${of.seconds}s`, '--script', SCRIPT, of.url]
  const told = ['--', of.saleId, of.tokens, String(pauseMs)]
  const { stdout } = await run('wrk', [...how, ...long, ...told])
  const said = LINE.exec(stdout)
  if (said === null) throw new Error(`wrk printed: ${stdout}`)
  const [passed, refused, strange, p50, p99, microseconds] = said.slice(1).map(Number) as number[]
  const seconds = microseconds! / 1_000_000
  return { passed: passed!, refused: refused!, strange: strange!, p50: p50!, p99: p99!, seconds }
}

// What is not as it should be.
const faultsOf = ({ pauseMs }: Client, told: Told): string[] => {
  const quota = 1 + BURST + Math.ceil(told.seconds * PER_SECOND)
  const isBeyond = pauseMs === 0
  const faults: [boolean, string][] = [
    [told.strange > 0, `${told.strange} answers that are neither`],
    [!isBeyond && told.refused > 0, 'refused although within its rate'],
    [isBeyond && told.refused === 0, 'not refused although beyond its rate'],
    [isBeyond && told.passed > quota, `more than ${quota} passed`],
    [isBeyond && told.passed < quota - BURST / 2, `less than its quota of ${quota} passed`],
  ]
  return faults.filter(([isTrue]) => isTrue).map(([, fault]) => fault)
}

const report = (all: Map<Client, Told>) => {
  for (const [client, told] of all) {
    const { passed, refused, p50, p99, seconds } = told
    const rate = Math.round((passed + refused) / seconds)
    const faults = faultsOf(client, told)
    const asked = `${client.name.padEnd(8)} ${client.address}  asked ${rate}/s`.padEnd(38)
    const times = `p50 ${(p50 / 1000).toFixed(1)} ms  p99 ${(p99 / 1000).toFixed(1)} ms`
    const verdict = faults.length === 0 ? 'as it should be' : faults.join('; ')
    console.log(`${asked} passed ${passed}  429 ${refused}  ${times}  ${verdict}`)
    if (faults.length > 0) process.exitCode = 1
  }
}

// Again, inside.
const inOwnNetwork = (): number => {
  const mapped = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const self = [process.execPath, ...process.argv.slice(1), '--inside']
  return spawnSync('unshare', ['--net', ...mapped, ...self], { stdio: 'inherit' }).status ?? 1
}

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, inside: { type: 'boolean' } },
})
if (values.inside === true) report(await measure(Number(values.seconds)))
else process.exitCode = inOwnNetwork()
