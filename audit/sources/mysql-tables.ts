// The order tables of one database, found by their names, and statements over all of them.

import { UnreadableInput } from '../answers.ts'
import { SHARDS } from '../shards.ts'
import type { Connection } from './mysql-connection.ts'
import { SELECT_ORDER_TABLES } from './mysql-statements.ts'

export interface OrderTables {
  connection: Connection
  // One statement over all of them, and its values.
  ofAll(statement: string, values: unknown[]): [string, unknown[]]
  of(statement: string, table: number): string
  outbox(statement: string): string
}

// All that are there are read, also those that belong elsewhere; one that is missing is refused.
export const orderTables = async (
  connection: Connection,
  databases: number,
): Promise<OrderTables> => {
  const { place, name } = connection
  const found = await connection.rows<{ number: number }>(SELECT_ORDER_TABLES)
  const numbers = new Set(found.map(({ number }) => number))
  for (let table = place; table < SHARDS; table += databases)
    if (!numbers.has(table))
      throw new UnreadableInput(`${name} has no table orders_${digits(table, 3)}`)
  const of = (statement: string, table: number) => statement.replaceAll('{table}', digits(table, 3))
  return {
    connection,
    of,
    ofAll: (statement, values) => [
      [...numbers].map((table) => of(statement, table)).join('\nunion all'),
      [...numbers].flatMap(() => values),
    ],
    outbox: (statement) => statement.replaceAll('{outbox}', digits(place, 2)),
  }
}

const digits = (number: number, count: number): string => String(number).padStart(count, '0')
