// For tests on a real MySQL or MariaDB, as needs-redis.ts is for Redis.

import { after } from 'node:test'
import { mariadbProgram, startMariadb } from './mariadb-server.ts'

interface Skip {
  skip: string | false
}

// For tests on the shared one, which may also be somebody's own.
export const needsMysql = (): Skip => unless(process.env[MYSQL] || mariadbProgram())

// For tests that start, pause and kill their own.
export const needsOwnMysql = (): Skip => unless(mariadbProgram())

// mysql://…, without a database: each test makes its own.
export const sharedMysql = async (): Promise<string> =>
  process.env[MYSQL] || (await (started ??= startMariadb())).url

const MYSQL = 'SECKILL_TEST_MYSQL_URL'

const unless = (isThere: unknown): Skip => {
  if (isThere) return { skip: false }
  const reason = 'there is no mariadbd: "npm run servers" installs it'
  if (process.env.CI === 'true') throw new Error(reason)
  return { skip: reason }
}

let started: ReturnType<typeof startMariadb> | undefined

after(async () => {
  await (await started)?.stop()
})
