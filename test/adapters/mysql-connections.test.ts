// What may be wrong with a connection without anybody saying so.

import assert from 'node:assert/strict'
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net'
import { after, before, suite, test } from 'node:test'
import type { Database } from '../../src/adapters/mysql/database.ts'
import { mysqlLedger } from '../../src/adapters/mysql/ledger.ts'
import { connect, type Mysql, openMysql } from '../../src/adapters/mysql/mysql.ts'
import { until } from '../contracts/contract.ts'
import { type MariadbServer, startMariadb } from '../support/mariadb-server.ts'
import { needsOwnMysql } from '../support/needs-mysql.ts'
import { onServer, ownDatabases } from '../support/own-databases.ts'

const TIMEOUT_MS = 500

// Between a client and a server, until it falls silent: nobody is told.
const silentFrom = async (port: number, word: string) => {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    const behind = connectSocket(port, '127.0.0.1')
    sockets.push(socket, behind)
    let isSilent = false
    socket.on('data', (bytes: Buffer) => {
      isSilent ||= bytes.toString('latin1').includes(word)
      if (!isSilent) behind.write(bytes)
    })
    behind.on('data', (bytes) => isSilent || socket.write(bytes))
    for (const one of [socket, behind]) one.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

suite('a connection', needsOwnMysql(), () => {
  let server: MariadbServer
  let urls: string[]
  let mysql: Mysql

  before(async () => {
    server = await startMariadb()
    urls = (await ownDatabases(server.url, 1)).urls
    mysql = await openMysql({ urls, timeoutMs: 2000, connections: 4 })
    await mysql.home.change('insert into sale_stock (sale_id, total, available) values (1, 9, 9)')
  })
  after(async () => {
    await mysql[Symbol.asyncDispose]()
    await server.stop()
  })

  const through = (port: number): Database =>
    connect({
      url: urls[0]!.replace(`:${server.port}`, `:${port}`),
      place: 0,
      timeoutMs: TIMEOUT_MS,
      connections: 1,
    })

  for (const word of ['set session', 'select 1'])
    test(`that falls silent at "${word}" keeps nobody waiting beyond the deadline`, async () => {
      using between = await silentFrom(server.port, word)
      await using database = through(between.port)
      const askedMs = performance.now()
      await assert.rejects(database.query('select 1'), { code: 'STORE_UNREACHABLE' })
      assert(performance.now() - askedMs < 2 * TIMEOUT_MS)
    })

  test('to a server that others have replaced gives no word', async () => {
    const ledger = mysqlLedger({ mysql, clock: { nowMs: () => 0 } })
    assert.deepEqual(await ledger.readEpochs(['1']), [0])
    await onServer(server.url, ['set global read_only = 1'])
    await assert.rejects(ledger.readEpochs(['1']), { code: 'STORE_UNREACHABLE' })
    await onServer(server.url, ['set global read_only = 0'])
    assert.deepEqual(await ledger.readEpochs(['1']), [0])
  })

  test('lives by one time zone, and leaves no change standing open', async () => {
    const [session] = await mysql.home.query<{ zone: string; idle: number; change: number }>(`
      select
        @@session.time_zone as zone,
        @@session.wait_timeout as idle,
        @@session.idle_write_transaction_timeout as \`change\`
    `)
    assert.deepEqual({ ...session }, { zone: '+00:00', idle: 60, change: 10 })
  })

  test('whose client stands still in the middle of a change gives its locks back', async () => {
    await onServer(server.url, ['set global idle_write_transaction_timeout = 10'])
    const lock = 'update sale_stock set total = total + 1 where sale_id = 1'
    const holding = Promise.withResolvers<void>()
    const standing = Promise.withResolvers<void>()
    const change = mysql.home.write(async (transaction) => {
      await transaction.change('set session idle_write_transaction_timeout = 1')
      await transaction.change(lock)
      holding.resolve()
      await standing.promise
    })
    await Promise.race([holding.promise, change])
    const taken = await until(() => mysql.home.change(lock).catch(() => undefined), 10_000)
    assert.equal(taken, 1)
    standing.resolve()
    await assert.rejects(change, { code: 'STORE_UNREACHABLE' })
  })

  test('that fails for an unknown reason says nothing of what it was asked', async () => {
    const asked = mysql.home.query("select nonsense from sale_stock where 'a secret' = ''")
    const error: Error = await asked.then(
      () => assert.fail('there is no such column'),
      (cause) => cause,
    )
    assert.match(error.message, /Unknown column/)
    assert.doesNotMatch(JSON.stringify(Object.entries(error)), /secret/)
  })
})
