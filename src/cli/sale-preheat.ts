// seckill sale preheat: put a sale into the stock engine now. A number is there at once; where each unit
// has a token, the tokens are loaded a few thousand at a time, and the line shows how many there are.

import type { Command } from 'commander'
import { setTimeout as pause } from 'node:timers/promises'
import { type Api, serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id } from './arguments.ts'
import { readBooks } from './audit.ts'
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

// While the server is at it, what it has loaded is the part of all units that the engine has.
export const preheated = async (
  api: Pick<Api, 'get' | 'post'>,
  { saleId, line }: { saleId: string; line: Pick<Progress, 'at'> },
): Promise<{ saleId: string; engine: string }> => {
  const asked = api.post<{ saleId: string; engine: string }>(`/api/admin/sales/${saleId}/preheat`)
  const isOver = asked.then(
    () => true,
    () => true,
  )
  while (!(await Promise.race([isOver, pause(LOOK_EVERY_MS, false)]))) {
    const { engine, available, total } = await readBooks(api, saleId)
    if (engine === 'rebuilding') line.at(available / total)
  }
  return asked
}
