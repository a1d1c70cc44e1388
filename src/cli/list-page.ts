// Lists that the server gives page by page: which page is wanted, and where the next one is.

import type { Command } from 'commander'
import { id, whole } from './arguments.ts'
import { type ServerOptions, serverOptions } from './api.ts'
import { table } from './table.ts'

export interface PageOptions extends ServerOptions {
  limit: number
  cursor?: string
}

export const pageOptions = (command: Command): Command =>
  serverOptions(command)
    .option('--limit <count>', 'at most so many', whole({ min: 1, max: 100 }), 50)
    .option('--cursor <id>', 'go on from there: the last id of the page before', id)

type Asked = Record<string, string | undefined>

export const pagePath = (path: string, { limit, cursor }: PageOptions, asked: Asked = {}): string =>
  queryPath(path, { ...asked, cursor, limit: String(limit) })

// What is undefined is not asked for.
export const queryPath = (path: string, asked: Asked): string => {
  const query = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return `${path}?${new URLSearchParams(query).toString()}`
}

// The first row is the heading.
export const printPage = (rows: string[][], of: { none: string; nextCursor?: string }): void => {
  if (rows.length === 1) return console.log(of.none)
  console.log(table(rows, ''))
  if (of.nextCursor !== undefined) console.log(`\nmore with --cursor ${of.nextCursor}`)
}
