// Opens whatever a database is named by: a file, or `mysql://…` once or several times, home first.

import { openMysql } from './mysql.ts'
import type { Source } from './source.ts'
import { openSqlite } from './sqlite.ts'

export const openSource = (database: string): Promise<Source> =>
  isMysql(database) ? openMysql(database) : openSqlite(database)

export const isMysql = (database: string): boolean => database.startsWith('mysql:')
