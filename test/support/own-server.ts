// A real server of a test's own, over a folder of its own: it may be paused, killed and started again with
// what it has kept. It goes with its folder, unless that was given, and never outlives the process that
// started it.

import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Launched } from './launch-server.ts'
import type { Exited } from './server.ts'

export interface OwnServer extends AsyncDisposable {
  folder: string
  readonly processId: number // of the last start, like `exited`
  readonly exited: Promise<Exited>
  signal(name: NodeJS.Signals): void
  stop(): Promise<void>
}

export interface Startable extends OwnServer {
  begin(launch: () => Promise<Launched>): Promise<void> // again, too: killed first if it runs
}

// `start` begins it, and says what else is to be known of it. What fails leaves nothing behind.
export const startOwnServer = async <Known extends object>(
  { name, folder: given }: { name: string; folder?: string | undefined },
  start: (server: Startable) => Promise<Known>,
): Promise<OwnServer & Known> => {
  const folder = given ?? (await mkdtemp(join(tmpdir(), `seckill-${name}-`)))
  let last: Launched | undefined
  const end = async () => {
    last?.signal('SIGKILL')
    await last?.exited
  }
  const stop = async () => {
    await end()
    if (given === undefined) rmSync(folder, { recursive: true, force: true })
  }
  const server: Startable = {
    folder,
    get processId() {
      return last!.processId
    },
    get exited() {
      return last!.exited
    },
    signal: (signal) => last!.signal(signal),
    async begin(launch) {
      await end()
      last = await launch()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
  try {
    return Object.assign(server, await start(server))
  } catch (error) {
    await stop()
    throw error
  }
}
