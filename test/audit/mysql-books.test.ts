// The auditor on MySQL databases: a clean book holds, and every kind of row that is wrong, missing or in
// the wrong place is named.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { needsMysql } from '../support/needs-mysql.ts'
import {
  type MysqlBook,
  mysqlBook,
  ORDER,
  ordersTable,
  PAYMENT,
  TOLD,
  UNKNOWN,
} from './mysql-book.ts'
import { answer, ENGINE, SALE, T0 } from './small-book.ts'

const AUDITOR = fileURLToPath(new URL('../../audit/auditor.ts', import.meta.url))

const of = (buyer: number, name: keyof typeof ORDER, set: string) =>
  `update ${ordersTable(buyer)} set ${set} where order_id = ${ORDER[name]}`

const copied = (from: string, to: string) => `insert into ${to} select * from ${from}`

// `first` and `second` are planted in that database.
const WRONG: { wrong: string; first?: string[]; second?: string[]; names: string }[] = [
  {
    wrong: 'a unit lost from the home book',
    first: ['update sale_stock set available = 5'],
    names: 'P1: total 10 is not available 5 + live 4',
  },
  {
    wrong: 'a release that was never recorded',
    first: [
      `delete from stock_ledger where order_id = ${ORDER.expired} and step = 1`,
      'update sale_stock set total = 10, available = 6',
    ],
    names: `P1: order ${ORDER.expired} was released and never recorded`,
  },
  {
    wrong: 'a recorded order without its row',
    second: [`delete from ${ordersTable(1)}`],
    names: `P1: order ${ORDER.pending} was recorded in the ledger and has no order row`,
  },
  {
    wrong: 'an order row that the ledger does not know',
    first: [of(2, 'paid', `order_id = ${UNKNOWN}`)],
    names: `P1: order ${UNKNOWN} is paid and is not in the ledger`,
  },
  {
    wrong: 'an order row of other units',
    second: [of(1, 'pending', 'units = 2')],
    names: `P1: order ${ORDER.pending} has 2 units, in the ledger 1`,
  },
  {
    wrong: 'a paid order whose units were given back',
    first: [of(4, 'expired', `status = 'paid'`)],
    names: `P1: order ${ORDER.expired} is paid, and was released as expired`,
  },
  {
    wrong: 'a cancelled order that was never released',
    second: [of(1, 'pending', `status = 'cancelled'`)],
    names: `P1: order ${ORDER.pending} is cancelled and was never released`,
  },
  {
    wrong: 'an order in the table of another shard',
    second: [copied(ordersTable(1), ordersTable(9)), `delete from ${ordersTable(1)}`],
    names: `P1: order ${ORDER.pending} stands in orders_009 of `,
  },
  {
    wrong: 'an order in two tables',
    second: [copied(ordersTable(1), ordersTable(9))],
    names: `P1: order ${ORDER.pending} stands in orders_001 of `,
  },
  {
    wrong: 'an order whose id is of another shard than its buyer',
    first: [of(2, 'paid', 'buyer_id = 258'), of(4, 'expired', 'buyer_id = 5')],
    names: `P1: order ${ORDER.expired} has shard 4 in its id, its buyer's is 5`,
  },
  {
    wrong: 'a price that is not the sale’s',
    second: [of(1, 'pending', 'price = 1')],
    names: `P7: order ${ORDER.pending} has price 1 CNY, the sale 199900 CNY`,
  },
  {
    wrong: 'a buyer with two live orders',
    first: [
      `update stock_ledger set buyer_id = 3 where order_id = ${ORDER.pending}`,
      `update sale_stock set version = 4`,
    ],
    names: `P3: buyer 3 holds 2 live orders: ${ORDER.pending}, ${ORDER.again}`,
  },
  {
    wrong: 'a paid order without a payment',
    first: [`delete from payments where payment_id = ${PAYMENT.paid}`],
    names: `money: order ${ORDER.paid} is paid, and no payment of it succeeded`,
  },
  {
    wrong: 'money that bought an expired order',
    first: [`update payments set status = 'succeeded' where payment_id = ${PAYMENT.expired}`],
    names: `money: order ${ORDER.expired} is expired, and payment ${PAYMENT.expired} succeeded`,
  },
  {
    wrong: 'a payment whose id has another shard than its order’s',
    first: [`update payments set payment_id = ${UNKNOWN} where payment_id = ${PAYMENT.paid}`],
    names: `P1: payment ${UNKNOWN} of order ${ORDER.paid} has another shard in its id`,
  },
  {
    wrong: 'more live units than there were before a restock',
    first: [
      `update sale_stock set restocked = 6, total = 10, available = 6`,
      `update audit_log set details = '{"units":6}'`,
    ],
    names: `P1: at ${new Date(T0 + 30).toISOString()} 5 units were live, of 4`,
  },
]

suite('a book in MySQL', needsMysql(), () => {
  test('holds every promise when it is clean', async () => {
    const book = await mysqlBook()
    const verdict = await book.audit({ mustRest: true })
    assert.deepEqual(verdict.violations, [])
    const { promises, notes, books } = verdict.sales[0]!
    for (const { state } of Object.values(promises)) assert.equal(state, 'holds')
    assert.deepEqual(notes, [])
    assert.deepEqual(books.ledger, { live: 4, released: 3, rejected: 1 })
    assert.deepEqual([books.orders['pending'], books.orders['paid']], [2, 2])
    assert.deepEqual(books.payments, { succeeded: 1, 'refund-due': 1, refunded: 1 })
    assert.deepEqual(books.peak, { units: 6, at: T0 + 40 })
  })

  for (const { wrong, first = [], second = [], names } of WRONG)
    test(`is broken by ${wrong}`, async () => {
      const book = await mysqlBook()
      await book.exec(0, ...first)
      await book.exec(1, ...second)
      const { violations, holds } = await book.audit()
      assert.equal(holds, false)
      const found = violations.some((violation) => violation.startsWith(`sale 7 ${names}`))
      assert.ok(found, `${names}\nis not among\n${violations.join('\n')}`)
    })

  const WAITING: { waits: string; plant: (book: MysqlBook) => Promise<void>; as: string }[] = [
    {
      waits: 'a release that home has to be told of',
      plant: async (book) => {
        await book.exec(1, of(1, 'pending', `status = 'cancelled'`))
        await book.exec(
          1,
          `insert into outbox_01 (order_id, sale_id, buyer_id, change_name, home_due, webhook_due, at)
            values (${ORDER.pending}, 7, 1, 'cancelled', 1, 1, 0)`,
        )
      },
      as: '1 in the outbox',
    },
    {
      waits: 'a task',
      plant: (book) =>
        book.exec(0, `insert into tasks (order_id, sale_id, buyer_id) values (${UNKNOWN}, 7, 8)`),
      as: '1 in tasks',
    },
  ]
  for (const { waits, plant, as } of WAITING)
    test(`is not at rest while there is ${waits}`, async () => {
      const book = await mysqlBook()
      await plant(book)
      const { sales, violations } = await book.audit()
      assert.deepEqual(violations, [])
      assert.deepEqual(sales[0]!.waiting, [as])
    })

  test('is not at rest for a row of which only webhooks have to be told', async () => {
    const book = await mysqlBook()
    await book.exec(
      0,
      `insert into outbox_00 (order_id, sale_id, buyer_id, change_name, home_due, webhook_due, at)
        values (${ORDER.paid}, 7, 2, 'paid', 0, 1, 0)`,
    )
    assert.equal((await book.audit()).atRest, true)
  })
})

suite('orders that may be on Kafka', needsMysql(), () => {
  const told = answer({ buyerId: '8', orderId: UNKNOWN, at: T0 + 801 })

  test('are broken words once the engine has nothing in transit', async () => {
    const book = await mysqlBook()
    const { violations } = await book.audit({ answers: [...TOLD, told] })
    assert.equal(violations.length, 1)
    assert.match(violations[0]!, new RegExp(`order ${UNKNOWN} was answered accepted to buyer 8`))
  })

  test('are not broken, and not at rest, while it has, or was not asked', async () => {
    const book = await mysqlBook()
    await book.exec(1, `delete from ${ordersTable(1)}`)
    for (const engines of [{}, { [SALE]: { ...ENGINE, available: 4, held: 5, inTransit: 1 } }]) {
      const { sales, violations } = await book.audit({ answers: [...TOLD, told], engines })
      assert.deepEqual(violations, [])
      assert.equal(sales[0]!.waiting[0], `2 perhaps in transit: ${UNKNOWN}, ${ORDER.pending}`)
    }
  })

  test('are broken words when they are dead letters', async () => {
    const book = await mysqlBook()
    await book.exec(
      0,
      `insert into dead_letters (source, order_id, message, reason, at)
        values ('${UNKNOWN}', ${UNKNOWN}, '{}', 'torn', 0), ('1:2', null, 'x', 'torn', 0)`,
    )
    const { violations } = await book.audit({ answers: [...TOLD, told], engines: {} })
    assert.match(violations.join(), /and it is a dead letter/)
  })
})

suite('rows that belong to nothing', needsMysql(), () => {
  test('are named, in every database', async () => {
    const book = await mysqlBook()
    await book.exec(1, of(1, 'pending', 'sale_id = 9'), of(5, 'refunded', `order_id = ${UNKNOWN}`))
    await book.exec(0, `update stock_ledger set sale_id = 9 where order_id = ${ORDER.pending}`)
    const { outside } = await book.audit()
    assert.deepEqual(outside, [
      `sale 9 P1: order ${ORDER.pending} stands in the ledger, and the sale does not exist`,
      `sale 9 P1: order ${ORDER.pending} stands in the orders, and the sale does not exist`,
      `money: payment ${PAYMENT.refunded} is of order ${ORDER.refunded}, and the order does not exist`,
    ])
  })
})

suite('the auditor as a program', needsMysql(), () => {
  const SECRET = 'hunter2-hunter2'

  const run = (args: string[], storeUrl = '') =>
    spawnSync(process.execPath, [AUDITOR, ...args], {
      encoding: 'utf8',
      env: { SECKILL_STORE_URL: storeUrl },
    })

  test('finds the databases in the environment, or where it is told', async () => {
    const book = await mysqlBook()
    for (const { status, stdout } of [
      run(['--sale', SALE], book.database),
      run(['--sale', SALE, '--database', book.database]),
    ]) {
      assert.equal(status, 0)
      assert.match(stdout, /^ {2}P1 .*holds$/m)
      assert.match(stdout, /nothing is broken|all hold/)
    }
  })

  test('refuses databases that are not all of one installation, in their order', async () => {
    const { urls } = await mysqlBook()
    const [home, second] = urls as [string, string]
    for (const { of: list, says } of [
      {
        of: [second, home],
        says: /is database 2 of 2 of its installation, and was named as 1 of 2/,
      },
      { of: [home], says: /is database 1 of 2 of its installation, and was named as 1 of 1/ },
      { of: [home, home], says: /is database 1 of 2 of its installation, and was named as 2 of 2/ },
    ]) {
      const { status, stderr } = run(['--database', list.join(',')])
      assert.deepEqual([status, stderr.trimEnd().split('\n').length], [2, 1])
      assert.match(stderr, says)
    }
  })

  test('never prints a user or a password', async () => {
    const { urls } = await mysqlBook()
    const place = urls[0]!.replace('root@', `shop-user:${SECRET}@`)
    for (const url of [
      place,
      `mysql://shop-user:${SECRET}@127.0.0.1:1/x`,
      `mysql://u:${SECRET}@`,
    ]) {
      const { status, stdout, stderr } = run([], url)
      assert.deepEqual([status, stdout, stderr.includes(SECRET)], [2, '', false], stderr)
      assert.match(stderr, /cannot be read as a seckill database: |expected mysql:/)
    }
  })
})
