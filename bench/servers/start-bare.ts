// Starts the baseline with the very answer the engine gives, and makes sure that the two are of one
// length: the same status, headers and body.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { FixedAnswer } from './bare-http.ts'
import { type RawAnswer, readAnswer } from './read-answer.ts'
import { type Cores, printed, startPinned } from './start-pinned.ts'

export interface Bare extends AsyncDisposable {
  port: number
  processId: number | undefined
}

const PROGRAM = join(import.meta.dirname, 'bare-http.ts')

// What node:http writes by itself.
const AUTOMATIC = new Set(['date', 'connection', 'keep-alive'])

export const startBare = async (like: RawAnswer, { server: core }: Cores): Promise<Bare> => {
  const own = like.headers.filter(([name]) => !AUTOMATIC.has(name.toLowerCase()))
  const answer: FixedAnswer = { status: like.status, headers: own.flat(), body: like.body }
  const child = startPinned([PROGRAM, JSON.stringify(answer)], { core })
  const port = Number(await printed(child, /running at http:\S+:(\d+)\n/))
  const answered = await readAnswer(port, Buffer.from('POST / HTTP/1.1\r\nhost: a\r\n\r\n'))
  assert.equal(answered.bytes, like.bytes, 'the baseline answers with as many bytes')
  return { port, processId: child.process.pid, [Symbol.asyncDispose]: () => child.stop() }
}
