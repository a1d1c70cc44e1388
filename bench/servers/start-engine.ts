// The whole engine in one process, with its operator.

import type { Bench } from '../scenarios/scenario.ts'
import { type Operator, operator } from './operator.ts'
import { type Program, startProgram } from './start-program.ts'

export interface Engine extends Program, Operator {}

export const startEngine = async (
  { cores, flame }: Bench,
  { stockUrl = 'sqlite:', tellsMemory = false }: { stockUrl?: string; tellsMemory?: boolean } = {},
): Promise<Engine> => {
  const settings = { SECKILL_STOCK_URL: stockUrl }
  const where = { core: cores.server, flame, tellsMemory }
  const program = await startProgram({ command: 'start', settings, ...where })
  return { ...program, ...operator(program.url) }
}
