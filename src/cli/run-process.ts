// Runs a process with one role or all of them, until SIGTERM or SIGINT. Then it drains, for as long as
// SECKILL_DRAIN_MS at most; whoever insists with another signal ends it at once.

import type { Config } from '../config.ts'
import type { RoleName } from '../processes/credentials.ts'
import type { Running } from '../processes/start.ts'
import { CommandError, EXIT } from './exit.ts'

// Without `roles`: all. `greeting` is printed when it does its work.
export const runProcess = async (
  config: Config,
  { roles, greeting }: { roles?: RoleName[]; greeting: (running: Running) => string },
): Promise<void> => {
  const asked = askedToStop(config.SECKILL_DRAIN_MS)
  const { startRoles } = await import('../processes/start.ts') // other commands do without the engine
  const { signal } = asked
  const running = await startRoles(config, { ...(roles && { roles }), signal }).catch(
    (error: unknown) => {
      throw startFailure(error, config)
    },
  )
  if (running !== undefined) {
    console.log(greeting(running))
    await asked.wish
    await running.stop()
  }
  asked.done()
}

const LISTEN_FAULTS: Record<string, string> = {
  EADDRINUSE: 'is in use: stop what uses it, or set SECKILL_PORT to another one (0: any free one)',
  EACCES: 'may not be used by this account: set SECKILL_PORT to one above 1023',
  EADDRNOTAVAIL: 'is not an address of this machine: set SECKILL_HOST to one that is',
  ENOTFOUND: 'is not a name this machine knows: set SECKILL_HOST to an address',
}

interface ListenError extends NodeJS.ErrnoException {
  hostname?: string
  port?: number
}

const startFailure = (error: unknown, config: Config): unknown => {
  const { code = '', syscall = '', hostname, port } = error as ListenError
  const fault = /^(listen|getaddrinfo)$/.test(syscall) ? LISTEN_FAULTS[code] : undefined
  if (fault === undefined) return error
  const { SECKILL_HOST, SECKILL_OPERATIONS_HOST, SECKILL_OPERATIONS_PORT, SECKILL_PORT } = config
  const isMain = port === undefined ? hostname === SECKILL_HOST : port === SECKILL_PORT
  const says = isMain
    ? `port ${SECKILL_PORT} of ${SECKILL_HOST} ${fault}`
    : `port ${SECKILL_OPERATIONS_PORT} of ${SECKILL_OPERATIONS_HOST} ${fault.replaceAll('SECKILL_', 'SECKILL_OPERATIONS_')}`
  return new CommandError(says, EXIT.no, error)
}

// In a terminal Ctrl-C reaches us twice at once under npm, which passes on what we already got: the
// same signal within this time is the same wish.
const SAME_WISH_MS = 500

interface Asked {
  wish: Promise<void>
  signal: AbortSignal
  done(): void
}

const askedToStop = (drainMs: number): Asked => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stopping = new AbortController()
  let first: { signal: string; atMs: number; late: NodeJS.Timeout } | undefined
  const wish = (signal: NodeJS.Signals) => {
    const atMs = performance.now()
    if (first === undefined) {
      first = { signal, atMs, late: setTimeout(tooLate, drainMs, drainMs) }
      stopping.abort()
      return resolve()
    }
    if (signal === first.signal && atMs < first.atMs + SAME_WISH_MS) return
    console.error('seckill: stopped at once; what was promised is kept')
    process.exit(EXIT.no)
  }
  process.on('SIGTERM', wish)
  process.on('SIGINT', wish)
  // The timer stays armed until the process is gone, but does not keep it.
  return { wish: promise, signal: stopping.signal, done: () => void first?.late.unref() }
}

const tooLate = (drainMs: number) => {
  console.error(
    `seckill: not drained within SECKILL_DRAIN_MS (${drainMs} ms); what was promised is kept`,
  )
  process.exit(EXIT.no)
}
