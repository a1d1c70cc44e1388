// What every store of dead letters must keep: what the queue has set aside can be read, and put back
// once.

import assert from 'node:assert/strict'
import type { AuditLog } from '../../src/ports/audit-log.ts'
import type { DeadLetters } from '../../src/ports/dead-letters.ts'
import type { OrderQueue } from '../../src/ports/order-queue.ts'
import { type Claims, contract, type ContractOptions, type TestTime } from './contract.ts'
import { ID_MAX, orderIdOf, sampleMessage } from './samples.ts'

export interface DeadLettersSetup extends AsyncDisposable {
  auditLog: AuditLog
  deadLetters: DeadLetters
  queue: OrderQueue
  time: TestTime
}

export const deadLettersContract = (
  name: string,
  options: ContractOptions<DeadLettersSetup>,
): void => contract(`dead letters: ${name}`, options, claims)

const by = { by: 'ada', reason: 'the sale is there again' }

const message = (buyerId: string, n = 0) =>
  sampleMessage({ buyerId, orderId: orderIdOf(buyerId, n), stockTokens: ['a'] })

const taken = async (queue: OrderQueue) => {
  const delivery = await queue.take({ max: 10, waitMs: 1, signal: new AbortController().signal })
  return delivery?.messages
}

const claims: Claims<DeadLettersSetup> = {
  'what was set aside is read with its reason, newest order first, page by page': async ({
    deadLetters,
    queue,
    time,
  }) => {
    assert.deepEqual(await deadLetters.list({ limit: 10 }), [])
    const [older, newer] = [message(ID_MAX), message('2', 5)]
    await queue.bury(older, 'no such sale')
    await queue.bury(newer, 'no such buyer')
    const [first, second, ...rest] = await deadLetters.list({ limit: 10 })
    assert.deepEqual(rest, [])
    assert.deepEqual([first!.orderId, second!.orderId], [newer.orderId, older.orderId])
    assert.equal(second!.reason, 'no such sale')
    assert(Math.abs(second!.atMs - time.nowMs()) < 1000)
    assert.deepEqual(JSON.parse(second!.message), older)
    assert.deepEqual(await deadLetters.list({ limit: 1 }), [first])
    assert.deepEqual(await deadLetters.list({ limit: 10, before: first!.orderId }), [second])
  },

  'one that is put back is on the queue as it was, and no dead letter any more': async ({
    deadLetters,
    queue,
  }) => {
    const buried = message(ID_MAX)
    await queue.bury(buried, 'no such sale')
    const change = { orderId: buried.orderId, ...by }
    assert.equal(await deadLetters.replay(change), true)
    assert.equal(await deadLetters.replay(change), false)
    assert.deepEqual(await deadLetters.list({ limit: 10 }), [])
    assert.deepEqual(await taken(queue), [buried])
  },

  'a message that waits on the queue already is not there twice': async ({
    deadLetters,
    queue,
  }) => {
    const buried = message('1')
    await queue.publish([buried])
    await queue.bury(buried, 'no such sale')
    assert.equal(await deadLetters.replay({ orderId: buried.orderId, ...by }), true)
    assert.deepEqual(await taken(queue), [buried])
  },

  'putting back is in the audit log, and what puts nothing back is not': async ({
    auditLog,
    deadLetters,
    queue,
  }) => {
    const { orderId } = message('1')
    assert.equal(await deadLetters.replay({ orderId, ...by }), false)
    await queue.bury(message('1'), 'no such sale')
    await deadLetters.replay({ orderId, ...by })
    const [entry, ...rest] = await auditLog.list({ limit: 10 })
    assert.deepEqual(rest, [])
    const { change, subject, details } = entry!
    assert.deepEqual(
      { change, subject, by: entry!.by, reason: entry!.reason, details },
      {
        change: 'replay-dead-letter',
        subject: `order ${orderId}`,
        ...by,
        details: { reason: 'no such sale' },
      },
    )
  },
}
