// What every home ledger must keep: deciding and giving back. Epochs, tasks and readings are in
// ledger-rebuild.ts.

import assert from 'node:assert/strict'
import type { OrderMessage } from '../../src/domain/messages.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { ledgerRebuildClaims } from './ledger-rebuild.ts'
import { booksOf, createSale, decisions, type LedgerSetup } from './ledger-steps.ts'
import { AT_MS, ID_MAX, orderIdOf, sampleMessage } from './samples.ts'

export const ledgerContract = (name: string, options: ContractOptions<LedgerSetup>): void =>
  contract(`ledger: ${name}`, options, {
    ...decidingClaims,
    ...releasingClaims,
    ...ledgerRebuildClaims,
  })

const conflict = { code: 'STORE_CONFLICT' }

const messages = (saleId: string, buyerIds: string[], set: Partial<OrderMessage> = {}) =>
  buyerIds.map((buyerId) => sampleMessage({ saleId, buyerId, ...set }))

const decidingClaims: Claims<LedgerSetup> = {
  'orders for which there are units are recorded': async (setup) => {
    const saleId = await createSale(setup, { stock: 3 })
    const decided = await setup.ledger.decide(messages(saleId, ['1', '2'], { epoch: 0 }))
    assert.deepEqual(
      decided.map(({ decision, isNew, brokenPromise }) => ({ decision, isNew, brokenPromise })),
      Array(2).fill({ decision: 'recorded', isNew: true, brokenPromise: false }),
    )
    const { available, live } = await booksOf(setup, saleId)
    assert.deepEqual({ available, live }, { available: 1, live: 2 })
  },

  'decisions come in the order of the messages': async (setup) => {
    const saleId = await createSale(setup, { stock: 9 })
    const batch = ['3', '1', '2'].map((id, n) =>
      sampleMessage({ saleId, buyerId: id, orderId: orderIdOf(id, 9 - n) }),
    )
    const decided = await setup.ledger.decide(batch)
    assert.deepEqual(
      decided.map(({ message }) => message),
      batch,
    )
  },

  'a message that comes again gets its first decision again': async (setup) => {
    const saleId = await createSale(setup, { stock: 1 })
    const [first, second] = messages(saleId, ['1', '2'])
    assert.deepEqual(await decisions(setup, [first!]), ['recorded'])
    assert.deepEqual(await decisions(setup, [second!]), ['rejected'])
    await setup.ledger.release([{ orderId: first!.orderId, reason: 'cancelled' }])
    const again = await setup.ledger.decide([{ ...second! }, { ...first! }])
    assert.deepEqual(
      again.map(({ decision }) => decision),
      ['rejected', 'recorded'],
    )
    assert(again.every(({ isNew, brokenPromise }) => !isNew && !brokenPromise))
    assert.equal((await booksOf(setup, saleId)).available, 1)
  },

  'a message that is in one batch twice counts once': async (setup) => {
    const saleId = await createSale(setup, { stock: 2 })
    const [one] = messages(saleId, ['1'])
    const decided = await setup.ledger.decide([one!, { ...one! }])
    assert.deepEqual(
      decided.map(({ isNew }) => isNew),
      [true, false],
    )
    assert.equal((await booksOf(setup, saleId)).available, 1)
  },

  'when units are short the lower order ids are recorded': async (setup) => {
    const saleId = await createSale(setup, { stock: 3 })
    const batch = [
      sampleMessage({ saleId, buyerId: '1', orderId: '11' }),
      sampleMessage({ saleId, buyerId: '2', orderId: '10', units: 2 }),
      sampleMessage({ saleId, buyerId: '3', orderId: '9', units: 2 }),
    ]
    assert.deepEqual(await decisions(setup, batch), ['recorded', 'rejected', 'recorded'])
    assert.equal((await booksOf(setup, saleId)).available, 0)
  },

  'a rejection for lack of units breaks a promise, one for its epoch does not': async (setup) => {
    const saleId = await createSale(setup, { stock: 1 })
    await setup.ledger.raiseEpoch({ saleId, from: 0 })
    await setup.ledger.seal({ saleId, epoch: 1 })
    const batch = [
      sampleMessage({ saleId, buyerId: '1', orderId: orderIdOf('1', 1), epoch: 0 }),
      sampleMessage({ saleId, buyerId: '2', orderId: orderIdOf('2', 2) }),
      sampleMessage({ saleId, buyerId: '3', orderId: orderIdOf('3', 3) }),
    ]
    const decided = await setup.ledger.decide(batch)
    assert.deepEqual(
      decided.map(({ decision }) => decision),
      ['rejected', 'recorded', 'rejected'],
    )
    assert.deepEqual(
      decided.map(({ brokenPromise }) => brokenPromise),
      [false, false, true],
    )
  },

  'a rejection owes the engine a task': async (setup) => {
    const saleId = await createSale(setup, { stock: 1 })
    const [first, second] = messages(saleId, ['1', '2'])
    await decisions(setup, [first!, second!])
    const entries = await setup.ledger.readEntries([first!.orderId, second!.orderId])
    const [rejected] = [...entries].find(([, { decision }]) => decision === 'rejected')!
    const tasks = await setup.ledger.readTasks({ after: '0', limit: 9 })
    assert.deepEqual(
      tasks.map(({ orderId }) => orderId),
      [rejected],
    )
  },

  'several sales are decided together': async (setup) => {
    const one = await createSale(setup, { stock: 1 })
    const other = await createSale(setup, { stock: 5 })
    const batch = [
      ...messages(one, ['1']),
      ...messages(other, ['2', '3']),
      sampleMessage({ saleId: one, buyerId: '4', orderId: orderIdOf('4', 1) }),
    ]
    assert.deepEqual(await decisions(setup, batch), [
      'recorded',
      'recorded',
      'recorded',
      'rejected',
    ])
    assert.equal((await booksOf(setup, one)).available, 0)
    assert.equal((await booksOf(setup, other)).available, 3)
  },

  'an order id that belongs to another buyer is a conflict, and nothing is decided': async (
    setup,
  ) => {
    const saleId = await createSale(setup, { stock: 9 })
    const [one, two, three] = messages(saleId, ['1', '2', '3'])
    await decisions(setup, [one!])
    const stolen = { ...two!, orderId: one!.orderId }
    await assert.rejects(setup.ledger.decide([three!, stolen]), conflict)
    assert.equal((await booksOf(setup, saleId)).available, 8)
    assert.equal((await setup.ledger.readEntries([three!.orderId])).size, 0)
  },

  'a message of a sale that does not exist is a conflict': async (setup) => {
    await assert.rejects(setup.ledger.decide(messages('999', ['1'])), conflict)
  },

  'a message without units is a conflict': async (setup) => {
    const saleId = await createSale(setup, { stock: 9 })
    const batch = messages(saleId, ['1', '2'], { units: 0 })
    await assert.rejects(setup.ledger.decide(batch), conflict)
    assert.equal((await booksOf(setup, saleId)).live, 0)
  },

  'deciding nothing decides nothing': async ({ ledger }) => {
    assert.deepEqual(await ledger.decide([]), [])
  },

  'ids up to 2⁶³−1 are kept as they are': async (setup) => {
    const saleId = await createSale(setup, { stock: 1 })
    const stockTokens = ['a', 'b']
    await decisions(setup, [
      sampleMessage({ saleId, buyerId: ID_MAX, orderId: ID_MAX, stockTokens }),
    ])
    const live = await setup.ledger.scanLive({ saleId, after: '0', limit: 9 })
    assert.deepEqual(live, [{ buyerId: ID_MAX, orderId: ID_MAX, units: 1, stockTokens }])
  },
}

const releasingClaims: Claims<LedgerSetup> = {
  'a released order gives its units back once': async (setup) => {
    const saleId = await createSale(setup, { stock: 5 })
    const [one] = messages(saleId, ['1'], { units: 2 })
    await decisions(setup, [one!])
    const release = { orderId: one!.orderId, reason: 'cancelled' } as const
    assert.deepEqual(await setup.ledger.release([release, release]), [true, true])
    assert.deepEqual(await setup.ledger.release([release]), [true])
    const { available, live, released } = await booksOf(setup, saleId)
    assert.deepEqual({ available, live, released }, { available: 5, live: 0, released: 2 })
  },

  'an order that was never recorded gives nothing back': async (setup) => {
    const saleId = await createSale(setup, { stock: 1 })
    const [one, two] = messages(saleId, ['1', '2'])
    await decisions(setup, [one!])
    await decisions(setup, [two!])
    const never = { orderId: orderIdOf('3'), reason: 'expired' } as const
    const rejected = { orderId: two!.orderId, reason: 'expired' } as const
    assert.deepEqual(await setup.ledger.release([never, rejected]), [false, false])
    assert.equal((await booksOf(setup, saleId)).available, 0)
  },

  'a release owes the engine a task, until that is finished': async (setup) => {
    const saleId = await createSale(setup, { stock: 5 })
    const [one] = messages(saleId, ['1'])
    const { orderId } = one!
    await decisions(setup, [one!])
    await setup.ledger.release([{ orderId, reason: 'refunded' }])
    const task = { orderId, saleId, buyerId: '1', epoch: 0 }
    assert.deepEqual(await setup.ledger.readTasksOf([orderId, orderIdOf('2')]), [task])
    await setup.ledger.finishTasks([orderId])
    await setup.ledger.release([{ orderId, reason: 'refunded' }])
    assert.deepEqual(await setup.ledger.readTasks({ after: '0', limit: 9 }), [])
  },

  'a task is read with the epoch of now': async (setup) => {
    const saleId = await createSale(setup, { stock: 5 })
    const [one] = messages(saleId, ['1'])
    await decisions(setup, [one!])
    await setup.ledger.release([{ orderId: one!.orderId, reason: 'cancelled' }])
    await setup.ledger.raiseEpoch({ saleId, from: 0 })
    const [task] = await setup.ledger.readTasks({ after: '0', limit: 9 })
    assert.equal(task?.epoch, 1)
  },

  'an engine that the sale has left is owed no task': async (setup) => {
    const saleId = await createSale(setup, { stock: 2 })
    const [one, two, three] = messages(saleId, ['1', '2', '3'])
    await decisions(setup, [one!, two!])
    await setup.ledger.release([{ orderId: one!.orderId, reason: 'expired' }])
    const set = { leftEngineAtMs: AT_MS }
    await setup.catalog.changeSale({ saleId, set, by: 'keeper', reason: 'all orders are final' })
    await setup.ledger.release([{ orderId: two!.orderId, reason: 'refunded' }])
    await decisions(setup, [{ ...three!, units: 9 }])
    const ids = [one!, two!, three!].map(({ orderId }) => orderId)
    assert.deepEqual(await setup.ledger.readTasks({ after: '0', limit: 9 }), [])
    assert.deepEqual(await setup.ledger.readTasksOf(ids), [])
    const { available, rejected } = await booksOf(setup, saleId)
    assert.deepEqual({ available, rejected }, { available: 2, rejected: 9 })
  },

  'tasks are read up to a limit': async (setup) => {
    const saleId = await createSale(setup, { stock: 5 })
    const batch = messages(saleId, ['1', '2', '3'])
    await decisions(setup, batch)
    await setup.ledger.release(batch.map(({ orderId }) => ({ orderId, reason: 'expired' })))
    assert.equal((await setup.ledger.readTasks({ after: '0', limit: 2 })).length, 2)
  },

  'an entry says what was decided and whether it was released': async (setup) => {
    const saleId = await createSale(setup, { stock: 2 })
    const [one, two, three] = messages(saleId, ['1', '2', '3'])
    for (const message of [one!, two!, three!]) await decisions(setup, [message])
    await setup.ledger.release([{ orderId: two!.orderId, reason: 'expired' }])
    const ids = [one!, two!, three!].map(({ orderId }) => orderId)
    const entries = await setup.ledger.readEntries([...ids, orderIdOf('4')])
    assert.deepEqual(
      [...entries.values()],
      [
        { saleId, buyerId: '1', decision: 'recorded', released: false },
        { saleId, buyerId: '2', decision: 'recorded', released: true },
        { saleId, buyerId: '3', decision: 'rejected', released: false },
      ],
    )
  },
}
