// Every answer of every route that the OpenAPI document names is given by the real server, and no answer
// that it does not name: the document is the list, and each answer on it has a driver. What is answered
// on the way is held against the document as well: status, headers, body; what is put off says until when.

import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { PUT_OFF } from '../../src/gateway/answers.ts'
import { type Heard, type Json, type Reply, startEngine } from '../support/engine.ts'
import {
  faultOf,
  operationsOf,
  type Operation,
  readDocument,
  troubleOf,
} from '../support/openapi.ts'
import type { Drivers } from './asking.ts'
import { attempts } from './drivers/attempts.ts'
import { blocklist } from './drivers/blocklist.ts'
import { buyers } from './drivers/buyers.ts'
import { challenges } from './drivers/challenges.ts'
import { operators } from './drivers/operators.ts'
import { operatorsOrders } from './drivers/operators-orders.ts'
import { orders } from './drivers/orders.ts'
import { payments } from './drivers/payments.ts'
import { publicDrivers } from './drivers/public.ts'
import { saleChanges } from './drivers/sale-changes.ts'
import { sales } from './drivers/sales.ts'
import { trouble } from './drivers/trouble.ts'
import { webhooks } from './drivers/webhooks.ts'
import { startWorlds } from './worlds.ts'

const TABLES = [
  publicDrivers,
  attempts,
  buyers,
  challenges,
  orders,
  payments,
  operatorsOrders,
  sales,
  saleChanges,
  blocklist,
  webhooks,
  operators,
]

const DRIVERS: Drivers = Object.assign({}, ...TABLES)

// What any request may be answered, and why nobody can be asked to make it so.
const NOT_ON_DEMAND: Record<string, string> = {
  internal: 'it would be a mistake in this program',
  'request-timeout': 'it takes 15 seconds of silence; test/gateway/edges.test.ts waits for less',
  'store-unavailable': 'a disk turns itself read-only only when it fails',
}

const readOwn = async (): Promise<Json> => {
  await using engine = await startEngine()
  return await readDocument(engine)
}

const document = await readOwn()
const operations = operationsOf(document)
const seen = new Set<string>() // codes

// Any reply to anything: as the document says, and as every answer has to be.
const hold = (name: string, reply: Reply) => {
  assert.equal(faultOf(document, { name, reply }), undefined)
  assert(reply.headers.has('x-request-id'), name)
  const { code } = reply.body
  if (code === undefined) return
  assert.equal(reply.headers.has('retry-after'), PUT_OFF.includes(code), `${name} ${code}`)
  seen.add(code)
}

const heard: Heard = ({ method, path, reply }) => {
  const [bare = ''] = path.split('?')
  const operation = operations.find((one) => one.method === method && matches(one, bare))
  assert(operation, `${method} ${bare} is not documented`)
  hold(operation.name, reply)
}

const matches = ({ path }: Operation, asked: string) =>
  new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(asked)

const worlds = await startWorlds(heard)

after(() => worlds[Symbol.asyncDispose]())

// A refusal by its code, what is good by its status, and by its type where there are several.
const namesOf = ({ answers }: Operation): string[] =>
  answers.flatMap(({ status, contentType, codes }) => {
    if (codes.length > 0) return codes
    const others = answers.filter((one) => one.status === status)
    return others.length === 1 ? [String(status)] : [`${status} ${contentType}`]
  })

const nameOf = ({ answers }: Operation, { status, headers, body }: Reply): string => {
  const same = answers.filter((one) => one.status === status)
  if (same.some(({ codes }) => codes.includes(body.code))) return body.code
  return same.length === 1 ? String(status) : `${status} ${headers.get('content-type')}`
}

suite('the server gives every answer that the document names:', () => {
  for (const operation of operations) {
    const { name } = operation
    test(name, async () => {
      const drivers = DRIVERS[name] ?? {}
      assert.deepEqual(Object.keys(drivers).sort(), namesOf(operation).sort(), 'each has a driver')
      for (const [wanted, drive] of Object.entries(drivers)) {
        const reply = await drive(worlds)
        assert.equal(nameOf(operation, reply).split(';')[0], wanted, JSON.stringify(reply.body))
        hold(name, reply)
      }
    })
  }
})

test('no driver is for something that is not documented', () => {
  const names = operations.map(({ name }) => name)
  assert.deepEqual(Object.keys(DRIVERS).sort(), names.sort())
  const tables = TABLES.flatMap((table) => Object.keys(table))
  assert.equal(tables.length, names.length, 'each stands in one table')
})

suite('any request may be answered:', () => {
  for (const code of troubleOf(document))
    test(code, async (t) => {
      if (code in NOT_ON_DEMAND) return t.skip(NOT_ON_DEMAND[code])
      const given = await trouble[code]!(worlds)
      if ('skip' in given) return t.skip(given.skip)
      assert.equal(given.reply.body.code, code)
      hold(given.name, given.reply)
    })

  test('nothing that is not documented', () => {
    const all = [...Object.keys(trouble), ...Object.keys(NOT_ON_DEMAND)]
    assert.deepEqual(all.sort(), troubleOf(document).sort())
    for (const { name, path, method } of operations)
      assert.deepEqual(
        document.paths[path][method.toLowerCase()].responses.default,
        { $ref: '#/components/responses/Trouble' },
        name,
      )
  })
})

test('what is said to be not on demand was not given', () => {
  for (const code of Object.keys(NOT_ON_DEMAND)) assert(!seen.has(code), code)
})
