// What every store of dead letters must keep: what was set aside can be read, and goes once it is on the
// queue again.

import assert from 'node:assert/strict'
import type { AuditLog } from '../../src/ports/audit-log.ts'
import type { DeadLetters, NewDeadLetter } from '../../src/ports/dead-letters.ts'
import { type Claims, contract, type ContractOptions, type TestTime } from './contract.ts'
import { deadLetter, ID_MAX, orderIdOf, sampleMessage } from './samples.ts'

export interface DeadLettersSetup extends AsyncDisposable {
  auditLog: AuditLog
  deadLetters: DeadLetters
  time: TestTime
}

export const deadLettersContract = (
  name: string,
  options: ContractOptions<DeadLettersSetup>,
): void => contract(`dead letters: ${name}`, options, claims)

const by = { by: 'ada', reason: 'the sale is there again' }

const letterOf = (buyerId: string, reason = 'no such sale'): NewDeadLetter => {
  const orderId = buyerId === ID_MAX ? ID_MAX : orderIdOf(buyerId)
  return deadLetter(sampleMessage({ buyerId, orderId, stockTokens: ['a'] }), reason)
}

const UNREADABLE: NewDeadLetter = {
  source: 'seckill.orders.v1/3/17',
  orderId: undefined,
  message: 'torn 😀 "',
  reason: 'it is not JSON',
}

const page = { limit: 10 }

const claims: Claims<DeadLettersSetup> = {
  'what was set aside is read as it was, newest first, page by page': async ({
    deadLetters,
    time,
  }) => {
    assert.deepEqual(await deadLetters.list(page), [])
    const letters = [letterOf(ID_MAX), UNREADABLE, letterOf('2')]
    await deadLetters.bury(letters.slice(0, 2))
    await deadLetters.bury(letters.slice(2))
    const found = await deadLetters.list(page)
    const ids = found.map(({ deadLetterId }) => deadLetterId)
    assert.deepEqual(
      found.map(({ source, orderId, message, reason, atMs }) => {
        assert(Math.abs(atMs - time.nowMs()) < 1000)
        return { source, orderId, message, reason }
      }),
      letters.toReversed(),
    )
    assert.deepEqual(await deadLetters.list({ limit: 1 }), found.slice(0, 1))
    assert.deepEqual(await deadLetters.list({ limit: 1, before: ids[0] }), found.slice(1, 2))
    assert.deepEqual(await deadLetters.read(ids[1]!), found[1])
  },

  'one that is not there is not read': async ({ deadLetters }) => {
    assert.equal(await deadLetters.read('1'), undefined)
    assert.equal(await deadLetters.read(ID_MAX), undefined)
  },

  'burying nothing does nothing': async ({ deadLetters }) => {
    await deadLetters.bury([])
    assert.deepEqual(await deadLetters.list(page), [])
  },

  'one source has one letter, the last, under a new id': async ({ deadLetters }) => {
    await deadLetters.bury([letterOf('1', 'the first time')])
    const [first] = await deadLetters.list(page)
    await deadLetters.bury([letterOf('2'), letterOf('1', 'the second time')])
    const found = await deadLetters.list(page)
    assert.deepEqual(
      found.map(({ reason }) => reason),
      ['the second time', 'no such sale'],
    )
    assert(found.every(({ deadLetterId }) => deadLetterId !== first!.deadLetterId))
    assert.equal(await deadLetters.read(first!.deadLetterId), undefined)
  },

  'one that is on the queue again goes, with an entry in the audit log': async ({
    auditLog,
    deadLetters,
  }) => {
    await deadLetters.bury([letterOf('1'), UNREADABLE])
    const [unreadable, letter] = await deadLetters.list(page)
    await deadLetters.replayed({ letter: letter!, ...by })
    await deadLetters.replayed({ letter: unreadable!, ...by })
    assert.deepEqual(await deadLetters.list(page), [])
    const entries = await auditLog.list(page)
    assert.deepEqual(
      entries.map(({ change, subject, reason, details, by: who }) => {
        return { change, subject, reason, details, by: who }
      }),
      [
        {
          change: 'replay-dead-letter',
          subject: 'message seckill.orders.v1/3/17',
          ...by,
          details: { reason: 'it is not JSON' },
        },
        {
          change: 'replay-dead-letter',
          subject: `order ${letter!.orderId}`,
          ...by,
          details: { reason: 'no such sale' },
        },
      ],
    )
  },

  'one that was set aside anew while it was put back stays': async ({ auditLog, deadLetters }) => {
    await deadLetters.bury([letterOf('1')])
    const [letter] = await deadLetters.list(page)
    await deadLetters.bury([letterOf('1', 'again')])
    await deadLetters.replayed({ letter: letter!, ...by })
    const [stays, ...others] = await deadLetters.list(page)
    assert.deepEqual(others, [])
    assert.equal(stays!.reason, 'again')
    assert.equal((await auditLog.list(page)).length, 1)
  },
}
