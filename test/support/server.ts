// The real program as a child process, for tests that need a server of their own: started on a free
// port over a temporary folder, and killed for certain when the test is over.

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { behindEdge, settingsBehindEdge } from './edge-in-front.ts'

export const SECKILL = join(import.meta.dirname, '../../src/cli/seckill.js')

// What production has to be given. Any stock engine but the embedded one is production, and takes no secret
// that stands in a file for everybody to read.
export const PRODUCTION_KEY = randomBytes(32).toString('base64url')
export const PRODUCTION = {
  SECKILL_ADMIN_KEY: `operator:test:${PRODUCTION_KEY}`,
  SECKILL_SECRET: randomBytes(32).toString('base64url'),
}

export interface StartOptions {
  env?: Record<string, string | undefined> // over the defaults below; undefined removes one
  nodeArguments?: string[]
  program?: string[] // instead of `seckill start`; prints what it does
}

export interface Exited {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface Server extends AsyncDisposable {
  url: string
  gatewayUrl: string // past whatever stands in front of it
  adminKey: string
  folder: string
  output: () => string // all it has printed
  kill(signal?: NodeJS.Signals): void // SIGKILL unless said; see `exited`
  exited: Promise<Exited>
}

const STARTS_WITHIN_MS = 60_000

// Rejects, with what it printed, when the program ends or prints no address. A folder that is given
// by SECKILL_DATA is left there; the temporary one goes with the server.
export const startServer = async (options: StartOptions = {}): Promise<Server> => {
  const env = settingsBehindEdge(options.env ?? {})
  const server = await startUntil(/running at (http:\S+)\n[^]*\n {2}next /, { ...options, env })
  const stop = () => Promise.resolve(server[Symbol.asyncDispose]())
  const running = await behindEdge({ url: server.url, stop }, options.env ?? {})
  return { ...server, url: running.url, [Symbol.asyncDispose]: running.stop }
}

// One role, without a folder. A program of one's own prints what the role does.
export const startRole = (
  role: string,
  env: NonNullable<StartOptions['env']>,
  program = [SECKILL, role],
): Promise<Server> =>
  startUntil(/running at (http:\S+)\n/, { ...roleOptions(role, { env }), program })

// Until it says what it waits for.
export const startWaiting = ({
  role,
  ...options
}: StartOptions & { role?: string } = {}): Promise<Server> =>
  startUntil(
    /"url":"(http:[^"]+)".*"msg":"waits: /,
    roleOptions(role, { ...options, env: { SECKILL_LOG_LEVEL: 'warn', ...options.env } }),
  )

const roleOptions = (role: string | undefined, options: StartOptions): StartOptions =>
  role === undefined
    ? options
    : { ...options, env: { SECKILL_DATA: '/nowhere', ...options.env }, program: [SECKILL, role] }

const startUntil = async (pattern: RegExp, options: StartOptions): Promise<Server> => {
  const given = options.env?.SECKILL_DATA
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'seckill-server-')))
  const { nodeArguments = [], program = [SECKILL, 'start'] } = options
  const child = spawn(process.execPath, [...nodeArguments, ...program], {
    env: serverEnvironment({ SECKILL_DATA: folder, ...options.env }),
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { output, exited } = watch(child)
  const killNow = () => void child.kill('SIGKILL')
  process.once('exit', killNow) // also when a test does not come to its end
  void exited.then(() => process.off('exit', killNow))
  const end = async () => {
    killNow()
    await exited
    if (given === undefined) await rm(folder, { recursive: true, force: true })
  }
  try {
    const url = await printed(pattern, { child, output, exited })
    const adminKey = /admin key +(\S+)/.exec(output())?.[1] ?? ''
    const kill = (signal: NodeJS.Signals = 'SIGKILL') => void child.kill(signal)
    return {
      url,
      gatewayUrl: url,
      adminKey,
      folder,
      output,
      exited,
      kill,
      [Symbol.asyncDispose]: end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

// This process's environment without its settings, then the defaults of a test server.
export const serverEnvironment = (env: Record<string, string | undefined>) => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('SECKILL_')),
  ),
  SECKILL_PORT: '0',
  SECKILL_DEMO: 'off',
  SECKILL_LOG_LEVEL: 'error',
  SECKILL_CHALLENGE_AFTER: '0', // tests attempt often
  ...env,
})

const watch = (child: ChildProcess) => {
  let text = ''
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const { promise, resolve } = Promise.withResolvers<Exited>()
  child.once('close', (code, signal) => resolve({ code, signal }))
  return { output: () => text, exited: promise }
}

// The first group of the first match in what the program prints.
const printed = (
  pattern: RegExp,
  of: { child: ChildProcess; output: () => string; exited: Promise<Exited> },
): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const fail = (why: string) => reject(new Error(`the server ${why}; it printed: ${of.output()}`))
  const timer = setTimeout(() => fail('did not start in time'), STARTS_WITHIN_MS)
  const look = () => {
    const found = pattern.exec(of.output())?.[1]
    if (found !== undefined) resolve(found)
  }
  of.child.stdout!.on('data', look)
  void of.exited.then(({ code, signal }) => fail(`ended with ${code ?? signal}`))
  return promise.finally(() => {
    clearTimeout(timer)
    of.child.stdout!.off('data', look)
  })
}
