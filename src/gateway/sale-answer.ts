// What operators are answered who have made or changed a sale: the sale with its version, or what
// speaks against it.

import type { Sale } from '../domain/sale.ts'
import type { SaleFault } from '../flows/operators/sale-fault.ts'
import type { Ports } from '../ports/ports.ts'
import { type Answer, json, problem } from './answers.ts'
import type { SaleStates } from './sale-states.ts'
import { etagOf } from './versions.ts'
import { operatorSale } from './views.ts'

export interface SaleAnswerDeps {
  ports: Pick<Ports, 'clock'>
  states: SaleStates
}

export const saleAnswer = async (
  { ports, states }: SaleAnswerDeps,
  sale: Sale,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Promise<Answer> => {
  const of = { nowMs: ports.clock.nowMs(), remaining: await states(sale.saleId) }
  return json(status, operatorSale(sale, of), { etag: etagOf(sale), ...headers })
}

export const faultAnswer = ({ field, detail }: SaleFault): Answer =>
  problem('malformed', { field, detail: `${field}: ${detail}` })
