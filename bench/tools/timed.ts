// A program run to its end, with the processor time that it and all it has started have used.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface Timed {
  stdout: string
  fromMs: number
  untilMs: number
  cpuMs: number
}

const TIMES = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/m

// The shell that starts it prints what its children have used, on the last two lines.
export const timed = async (words: string[]): Promise<Timed> => {
  const fromMs = Date.now()
  const shell = ['-c', '"$@"; ended=$?; times; exit $ended', 'sh', ...words]
  const { stdout } = await promisify(execFile)('sh', shell, { maxBuffer: 64 << 20 })
  const untilMs = Date.now()
  const times = TIMES.exec(stdout.trimEnd().split('\n').at(-1)!)
  if (times === null) throw new Error(`the shell printed: ${stdout}`)
  const [userMin, user, systemMin, system] = times.slice(1).map(Number) as number[]
  const cpuMs = ((userMin! + systemMin!) * 60 + user! + system!) * 1000
  return { stdout, fromMs, untilMs, cpuMs }
}
