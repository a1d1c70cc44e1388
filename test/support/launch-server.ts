// Starts a real server as a child process over a folder of its own, with what it says in `server.log`
// there. It never outlives the process that started it.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { askUntil } from './ask-redis.ts'
import type { Exited } from './server.ts'

export interface Launched {
  processId: number
  exited: Promise<Exited>
  hasEnded(): boolean
  signal(name: NodeJS.Signals): void
}

// Resolves when it answers; rejects, with the last of what it said, when it ends before that or takes too
// long. It has to answer as itself: somebody else's server may have the port that this one did not get.
export const launchServer = async (
  command: string[],
  of: {
    name: string
    folder: string
    withinMs: number
    answers: (launched: Launched) => Promise<boolean>
  },
): Promise<Launched> => {
  const launched = spawnServer(command, of.folder)
  const look = async () =>
    launched.hasEnded() ? 'ended' : (await of.answers(launched)) ? 'answers' : 'not-yet'
  const limit = { withinMs: of.withinMs, wanted: `${of.name} answers` }
  try {
    if ((await askUntil(look, (state) => state !== 'not-yet', limit)) === 'answers') return launched
  } catch {
    launched.signal('SIGKILL')
    await launched.exited
  }
  throw new Error(`${of.name} did not start: ${serverLog(of.folder)}`)
}

const spawnServer = (command: string[], folder: string): Launched => {
  mkdirSync(folder, { recursive: true })
  const log = openSync(join(folder, LOG), 'a')
  const [program, ...args] = [...diesWithUs(), ...command]
  const child = spawn(program!, args, { cwd: folder, stdio: ['ignore', log, log] })
  closeSync(log)
  const { promise: exited, resolve } = Promise.withResolvers<Exited>()
  alive.add(child)
  child.once('exit', (code, signal) => {
    alive.delete(child)
    resolve({ code, signal })
  })
  return {
    processId: child.pid!,
    exited,
    hasEnded: () => !alive.has(child),
    signal: (name) => {
      child.kill(name)
      if (name === 'SIGSTOP') waitUntilStopped(child.pid!)
    },
  }
}

// A thread that runs elsewhere answers for a moment longer: paused is a server of which none runs.
const waitUntilStopped = (processId: number): void => {
  const threads = `/proc/${processId}/task`
  const untilMs = performance.now() + 1000
  while (performance.now() < untilMs && existsSync(threads))
    if (readdirSync(threads).every((thread) => isStopped(join(threads, thread, 'stat')))) return
}

const isStopped = (stat: string): boolean => {
  try {
    return ['T', 'Z', 'X'].includes(readFileSync(stat, 'utf8').split(') ').at(-1)![0]!)
  } catch {
    return true // the thread has ended
  }
}

const serverLog = (folder: string): string => readFileSync(join(folder, LOG), 'utf8').slice(-2000)

// The file of a program, where it is installed.
export const onPath = (program: string): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file))

const LOG = 'server.log'

const alive = new Set<ChildProcess>()

process.once('exit', () => alive.forEach((child) => child.kill('SIGKILL')))

// Linux can be asked to kill a child whose parent is gone, even if that was killed itself.
const diesWithUs = (): string[] => {
  const program = process.platform === 'linux' ? onPath('setpriv') : undefined
  return program ? [program, '--pdeathsig', 'KILL'] : []
}
