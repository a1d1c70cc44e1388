// How a command ends: with a code that scripts can trust, and when it failed with one line on stderr
// that says what to do. No stack trace ever reaches the person who typed the command.

import { CommanderError } from 'commander'
import { ConfigError } from '../config.ts'
import { LoadRefusal } from '../load/target.ts'

export const EXIT = {
  good: 0,
  no: 1, // a violation, or the server said no
  usage: 2, // wrong arguments or settings
  unreachable: 3, // the server does not answer
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export class CommandError extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode, cause?: unknown) {
    super(message, { cause })
    this.exitCode = exitCode
  }
}

// Says what went wrong and returns the code to end with.
export const failed = (error: unknown): ExitCode => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.good // the reader has enough
  console.error(`seckill: ${messageOf(error)}`)
  if (error instanceof CommandError) return error.exitCode
  return error instanceof ConfigError || error instanceof LoadRefusal ? EXIT.usage : EXIT.no
}

const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ')
