// What buyers were really told, one JSON object a line, as the independent auditor reads it. Several
// processes write into one file, whole lines at once. Instants are widened to whole milliseconds, so
// that rounding can accuse nobody.

import { appendFileSync, closeSync, openSync } from 'node:fs'
import { LoadRefusal } from '../target.ts'

export interface LoggedAnswer {
  at: number
  sentAt: number
  saleId: string
  buyerId: string
  kind: 'attempt' | 'cancel' | 'order'
  outcome: string
  orderId?: string | undefined
  units?: unknown
  price?: unknown
  status?: unknown
}

export interface AnswersLog {
  write(answer: LoggedAnswer): void
  close(): void // twice is fine
}

const LINES = 2000 // written at once

export const answersLog = (file: string | undefined): AnswersLog => {
  if (file === undefined) return { write: () => undefined, close: () => undefined }
  const descriptor = opened(file)
  let lines: string[] = []
  let closed = false
  const flush = () => {
    if (lines.length > 0) appendFileSync(descriptor, `${lines.join('\n')}\n`)
    lines = []
  }
  return {
    write(answer) {
      const { at, sentAt } = answer
      const widened = { ...answer, at: Math.ceil(at), sentAt: Math.floor(sentAt) }
      lines.push(JSON.stringify(widened))
      if (lines.length >= LINES) flush()
    },
    close() {
      if (closed) return
      closed = true
      flush()
      closeSync(descriptor)
    },
  }
}

const opened = (file: string): number => openSync(file, 'a', 0o600)

// Before anybody writes: an empty file, or the reason why there can be none.
export const emptyAnswersLog = (file: string) => {
  try {
    closeSync(openSync(file, 'w', 0o600))
  } catch (error) {
    throw new LoadRefusal(`--answers ${file}: cannot be written (${(error as Error).message})`)
  }
}
