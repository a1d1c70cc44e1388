// seckill sale preheat: put a sale into the stock engine now. A number is there at once; where each unit
// has a token, the tokens are loaded a few thousand at a time, and the line shows how many there are.

import type { Command } from 'commander'
import { setTimeout as pause } from 'node:timers/promises'
import { type Api, serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id } from './arguments.ts'
import { readBooks } from './audit.ts'
import { CommandError, EXIT } from './exit.ts'
import { type Progress, progress } from './progress.ts'

export const salePreheatCommand = (sale: Command) => {
  serverOptions(sale.command('preheat').description('put a sale into the stock engine now'))
    .argument('<sale>', 'id of the sale', id)
    .addHelpText('after', HELP)
    .action(preheat)
}

const HELP = `
The keeper does it by itself an hour before the start, or at once when the start is nearer.

Examples:
  seckill sale preheat 7`

const preheat = async (saleId: string, options: ServerOptions) => {
  const answer = await preheatShown(serverApi(options), saleId, options)
  console.log(options.json ? JSON.stringify(answer) : `sale ${saleId}: engine ${answer.engine}`)
}

const preheatShown = async (api: Api, saleId: string, { json }: ServerOptions) => {
  using line = progress(`sale ${saleId}`, { quiet: json === true })
  return await preheated(api, { saleId, line })
}

const LOOK_EVERY_MS = 100

// Looks that see nothing new: 5 s, in which a keeper would have begun.
const SAME_LOOKS_MAX = 50

interface Preheated {
  saleId: string
  engine: string
}

// While the server is at it, what it has loaded is the part of all units that the engine has.
export const preheated = async (
  api: Pick<Api, 'get' | 'post'>,
  of: { saleId: string; line: Pick<Progress, 'at'>; lookEveryMs?: number },
): Promise<Preheated> => {
  const { saleId, line, lookEveryMs = LOOK_EVERY_MS } = of
  const look = async () => {
    const { engine, available, total } = await readBooks(api, saleId)
    if (engine === 'rebuilding') line.at(available / total)
    return { engine, available }
  }
  const asked = api.post<Preheated>(`/api/admin/sales/${saleId}/preheat`)
  const isOver = asked.then(
    () => true,
    () => true,
  )
  while (!(await Promise.race([isOver, pause(lookEveryMs, false)]))) await look()
  return asked.catch(async (error: unknown) => {
    const isPutOff = error instanceof CommandError && error.exitCode === EXIT.unreachable
    if (isPutOff && (await isOpened(look, lookEveryMs))) return { saleId, engine: 'open' }
    throw error
  })
}

// An answer is not waited for as long as many tokens take: the keeper goes on with them.
const isOpened = async (
  look: () => Promise<{ engine: string; available: number }>,
  lookEveryMs: number,
): Promise<boolean> => {
  let before = await look()
  for (let same = 0; before.engine === 'rebuilding' && same < SAME_LOOKS_MAX; same += 1) {
    await pause(lookEveryMs)
    const now = await look()
    if (now.available !== before.available) same = 0
    before = now
  }
  return before.engine === 'open'
}
