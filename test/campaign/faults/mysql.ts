// What happens to the databases: the home database and one of orders, each on a server of its own.

import { createConnection } from 'mysql2/promise'
import type { MariadbServer } from '../../support/mariadb-server.ts'
import { onServer } from '../../support/own-databases.ts'
import type { Fault } from '../fault.ts'

const touches = ['mysql'] as const

const SERVERS = ['the home database', 'a database of orders'] as const

// Both keep orders of half the buyers, and nobody is promised anything that home cannot confirm.
const ofServer = (at: 0 | 1): Fault[] => [
  {
    name: `${SERVERS[at]} is killed`,
    touches,
    shuts: true,
    holdMs: [0, 2000],
    async begin({ mariadbs }) {
      const server = mariadbs[at]!
      server.signal('SIGKILL')
      return () => server.restart()
    },
  },
  {
    name: `${SERVERS[at]} is paused`,
    touches,
    shuts: true,
    holdMs: [500, 4000],
    async begin({ mariadbs }) {
      const server = mariadbs[at]!
      server.signal('SIGSTOP')
      return async () => server.signal('SIGCONT')
    },
  },
]

const setReadOnly = (servers: MariadbServer[], readOnly: 0 | 1) =>
  Promise.all(servers.map(({ url }) => onServer(url, [`set global read_only = ${readOnly}`])))

const KILL_ALL = "select id from information_schema.processlist where user = 'shop'"
const LOCK_STOCK = 'update sale_stock set version = version'
const LOCK_LEDGER = 'select count(*) from stock_ledger for update'

export const MYSQL_FAULTS: Fault[] = [
  ...ofServer(0),
  ...ofServer(1),
  {
    name: 'the databases can only be read',
    touches,
    shuts: true,
    holdMs: [500, 4000],
    async begin({ mariadbs }) {
      await setReadOnly(mariadbs, 1)
      return async () => void (await setReadOnly(mariadbs, 0))
    },
  },
  {
    name: 'connections to the databases are killed',
    touches,
    holdMs: [0, 500],
    async begin({ mariadbs }) {
      for (const { url } of mariadbs) {
        const kills = (await onServer(url, [KILL_ALL])).map(({ id }) =>
          onServer(url, [`kill ${id}`]),
        )
        await Promise.allSettled(kills)
      }
      return () => Promise.resolve()
    },
  },
  {
    name: 'somebody locks what orders need',
    touches,
    shuts: true,
    holdMs: [500, 2000],
    async begin({ database }) {
      const rival = await createConnection(database.split(',')[0]!)
      await rival.query('set session innodb_lock_wait_timeout = 1')
      await rival.query('start transaction')
      const lock = async () => {
        await rival.query(LOCK_STOCK)
        await rival.query(LOCK_LEDGER)
      }
      await lock().catch(() => undefined) // the victim of a deadlock, or it waited too long
      return async () => {
        await rival.query('rollback')
        await rival.end()
      }
    },
  },
]
