// What a soak runs against: the whole engine in one process with SQLite, or a gateway, a worker and a keeper
// of a cluster. Every process tells what it holds when asked.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cores } from './start-pinned.ts'
import { startClusterServers } from './start-cluster-servers.ts'
import type { Engine } from './start-engine.ts'
import { ADMIN_KEY, ENOUGH, operator } from './operator.ts'
import { type Program, startProgram } from './start-program.ts'
import { readUsage, tellsUsage, type Usage } from './watch-usage.ts'

export interface Soaked extends AsyncDisposable {
  engine: Engine // that answers buyers
  processIds: Record<string, number>
  usage(): Promise<Record<string, Usage>> // by the name of the process
}

const COMMANDS = { embedded: ['start'], cluster: ['keeper', 'worker', 'gateway'] } as const

const ALL = {
  SECKILL_TRIES_PER_ADDRESS: String(ENOUGH), // visitors have one
  SECKILL_TOKENS_CACHED: '10000', // the crowd has more, so that they are full at once
}

export const startSoaked = async (
  cores: Cores,
  { onCluster }: { onCluster: boolean },
): Promise<Soaked> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const folder = await mkdtemp(join(tmpdir(), 'seckill-soak-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const places = onCluster
    ? opened.use(await startClusterServers(cores.server)).settings
    : { SECKILL_STOCK_URL: 'sqlite:' }
  const programs = new Map<string, Program>()
  for (const command of COMMANDS[onCluster ? 'cluster' : 'embedded']) {
    const settings = { ...ALL, ...places, ...tellsUsage(join(folder, command)) }
    programs.set(command, opened.use(await startProgram({ command, settings, core: cores.server })))
  }
  const front = programs.get(onCluster ? 'gateway' : 'start')!
  const shop = operator(front.url)
  const open = opened.move()
  return {
    engine: {
      ...front,
      ...shop,
      async makeSale(of) {
        const saleId = await shop.makeSale(of)
        await untilOpen(front.url, saleId)
        return saleId
      },
    },
    processIds: Object.fromEntries([...programs].map(([name, { processId }]) => [name, processId])),
    async usage() {
      const read = [...programs].map(
        async ([name, { processId }]) =>
          [name, await readUsage({ processId, file: join(folder, name) })] as const,
      )
      return Object.fromEntries(await Promise.all(read))
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const OPENS_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 100

const untilOpen = async (url: string, saleId: string): Promise<void> => {
  const lateMs = performance.now() + OPENS_WITHIN_MS
  const headers = { authorization: `Bearer ${ADMIN_KEY}` }
  for (;;) {
    const reply = await fetch(`${url}/api/admin/sales/${saleId}/audit`, { headers })
    if (reply.ok && ((await reply.json()) as { engine: string }).engine === 'open') return
    if (performance.now() > lateMs) throw new Error(`sale ${saleId} does not open`)
    await sleep(LOOK_EVERY_MS)
  }
}
