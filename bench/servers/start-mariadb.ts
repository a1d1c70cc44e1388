// A real MariaDB with durable settings, over a folder on a disk: in memory a commit would cost nothing.
// What is measured fits into its memory, as it must where it is fast.

import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { createConnection } from 'mysql2/promise'
import { type MariadbServer, startMariadb } from '../../test/support/mariadb-server.ts'
import { type Cores, pin } from './start-pinned.ts'

export interface BenchMariadb extends AsyncDisposable {
  url: string // of an empty database
  processId: number
}

const ARGUMENTS = ['--innodb-buffer-pool-size=1G', '--innodb-log-file-size=1G']

export const startBenchMariadb = async (core: Cores['server']): Promise<BenchMariadb> => {
  await refuseMemory(tmpdir())
  const server = await startMariadb({ args: ARGUMENTS })
  try {
    if (core !== undefined) pin(server.processId, core)
    const url = await makeDatabase(server)
    return { url, processId: server.processId, [Symbol.asyncDispose]: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

const IN_MEMORY = new Set([0x01021994, 0x858458f6]) // tmpfs and ramfs

const refuseMemory = async (folder: string) => {
  const { type } = await statfs(folder)
  if (IN_MEMORY.has(type))
    throw new Error(
      `${folder} is in memory: set TMPDIR to a folder on a disk, as commits are measured`,
    )
}

const DATABASE = 'seckill_bench'

const makeDatabase = async ({ url }: MariadbServer): Promise<string> => {
  const connection = await createConnection(url)
  try {
    await connection.query(`create database ${DATABASE}`)
  } finally {
    await connection.end()
  }
  return `${url}/${DATABASE}`
}
