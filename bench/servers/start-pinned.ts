// Child processes on a core of their own: servers on one, the generator on the other, so that neither
// takes the other's time. Without taskset the system moves them about, and the result says so.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

export interface Cores {
  server: number | undefined // undefined: not pinned
  generator: number | undefined
}

export const cores = (): Cores => {
  const canPin = spawnSync('taskset', ['--version']).status === 0 && availableParallelism() > 1
  return canPin ? { server: 0, generator: 1 } : { server: undefined, generator: undefined }
}

// A program that runs already, with all its threads.
export const pin = (processId: number, core: number): void => {
  const { status, stderr } = spawnSync('taskset', ['-acp', String(core), String(processId)])
  if (status !== 0) throw new Error(`taskset: ${String(stderr)}`)
}

export interface Child {
  process: ChildProcess
  output: () => string // all it has printed
  exited: Promise<void>
  stop(): Promise<void>
}

export interface PinnedOptions {
  core: number | undefined
  env?: NodeJS.ProcessEnv
  cwd?: string
}

const STOPS_WITHIN_MS = 10_000

// A Node program, with a channel for messages.
export const startPinned = (
  nodeArguments: string[],
  { core, env = process.env, cwd }: PinnedOptions,
): Child => {
  const pin = core === undefined ? [] : ['taskset', '-c', String(core)]
  const [command, ...rest] = [...pin, process.execPath, ...nodeArguments]
  const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const
  const child = spawn(command!, rest, { env, stdio: [...stdio], ...(cwd && { cwd }) })
  let text = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const { promise: exited, resolve } = Promise.withResolvers<void>()
  child.once('close', () => resolve())
  const stop = async () => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS)
    child.kill()
    await exited
    clearTimeout(timer)
  }
  return { process: child, output: () => text, exited, stop }
}

// The first group of the first match in what the program prints.
export const printed = async (child: Child, pattern: RegExp): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const look = () => {
    const found = pattern.exec(child.output())?.[1]
    if (found !== undefined) resolve(found)
  }
  child.process.stdout!.on('data', look)
  void child.exited.then(() => reject(new Error(`a server ended; it printed: ${child.output()}`)))
  return promise.finally(() => child.process.stdout!.off('data', look))
}
