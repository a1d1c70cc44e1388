// Records where a server spends its processor time, with perf of Linux, while the scenario measures it:
// functions of JavaScript by name, and everything below them down to the kernel.

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Flame {
  recorded: string[] // texts of `perf script`, one a server
}

// What a server must be started with, so that perf finds names for what V8 has compiled.
export const NAMED_FRAMES = '--perf-basic-prof --interpreted-frames-native-stack'

export const assertPerf = (): void => {
  if (spawnSync('perf', ['--version']).status !== 0)
    throw new Error(
      '--flame needs perf of Linux: install linux-perf (Debian) or linux-tools-generic (Ubuntu)',
    )
}

const RECORD = ['record', '-q', '-F', '1500', '-g', '--call-graph', 'fp', '-e', 'cpu-clock']
const SCRIPT_BYTES_MAX = 2 ** 29 - 1024 // what a text can hold

// Records until it is disposed, and then adds what was recorded. Without a `flame` it does nothing.
export const startRecording = async (
  flame: Flame | undefined,
  processId: number | undefined,
): Promise<AsyncDisposable> => {
  if (flame === undefined) return { [Symbol.asyncDispose]: async () => undefined }
  const file = join(tmpdir(), `seckill-bench-${processId}.perf`)
  const perf = spawn('perf', [...RECORD, '-p', String(processId), '-o', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const end = ending(perf)
  const names = `/tmp/perf-${processId}.map` // where V8 writes it and perf looks for it
  return {
    async [Symbol.asyncDispose]() {
      await end()
      await writeFile(names, latestOf(await readFile(names, 'utf8')))
      const read = ['script', '-F', 'ip,sym', '-i', file]
      const { stdout } = await promisify(execFile)('perf', read, { maxBuffer: SCRIPT_BYTES_MAX })
      for (const done of [file, names]) await rm(done, { force: true })
      flame.recorded.push(stdout)
    },
  }
}

// Ends perf; throws if it had ended by itself.
const ending = (perf: ChildProcess): (() => Promise<void>) => {
  let said = ''
  perf.stderr!.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
  const closed = once(perf, 'close')
  return async () => {
    const early = perf.exitCode !== null
    perf.kill('SIGINT')
    await closed
    if (early) throw new Error(`perf could not record: ${said.trim()}`)
  }
}

// V8 begins code at multiples of more bytes than these.
const GRAIN_BYTES = 32

// V8 gives the room of code it has dropped to other code, and perf would use any of the two names: of
// lines `address size name` in the order in which they were written, those no later one lies on.
export const latestOf = (map: string): string => {
  const taken = new Set<number>()
  const isLatest = (line: string): boolean => {
    const [from = NaN, size = NaN] = line.split(' ', 2).map((hex) => parseInt(hex, 16))
    const grains: number[] = []
    for (let at = Math.floor(from / GRAIN_BYTES); at * GRAIN_BYTES < from + size; at += 1)
      grains.push(at)
    if (grains.some((grain) => taken.has(grain))) return false
    for (const grain of grains) taken.add(grain)
    return grains.length > 0
  }
  return map.split('\n').toReversed().filter(isLatest).toReversed().join('\n')
}
