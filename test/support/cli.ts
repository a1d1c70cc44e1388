// One command of the command line, run to its end as people run it.

import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import { once } from 'node:events'
import { SECKILL, serverEnvironment } from './server.ts'

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

const ENDS_WITHIN_MS = 60_000

export const seckill = async (
  words: string[],
  of: { env?: Record<string, string | undefined>; nodeArguments?: string[] } = {},
): Promise<Ended> => {
  const child = spawn(process.execPath, [...(of.nodeArguments ?? []), SECKILL, ...words], {
    env: serverEnvironment(of.env ?? {}),
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: ENDS_WITHIN_MS,
    killSignal: 'SIGKILL',
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ])
  return { code, stdout, stderr }
}
