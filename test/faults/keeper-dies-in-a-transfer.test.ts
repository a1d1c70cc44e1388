// Units on their way from one segment to another, and whoever brings them is killed: a gateway that needs
// them, then the keeper that finds the transfer half done; between take and give, and between give and
// done. No unit is lost and none counts twice.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { homeSegment } from '../../src/domain/stock.ts'
import { type Death, dyingEngine } from '../support/dying-engine.ts'
import { eventually } from '../support/engine.ts'
import { startHerd } from '../support/herd.ts'
import { lawHolds, readAudit, seeded, sellOut } from '../support/law-holds.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'

const STOCK = 40
const SEGMENTS = 4

const TAKEN: Death = { at: 'redis.take', when: 'after' }
const GIVEN: Death = { at: 'redis.give', when: 'after' }

// How the gateway dies, then one keeper after the other.
const LIVES: Record<string, [gateway: Death, ...keepers: Death[]]> = {
  'between take and give, and again': [TAKEN, TAKEN, GIVEN],
  'between give and done, and again': [GIVEN, GIVEN],
}

for (const [where, [gatewayDeath, ...keeperDeaths]] of Object.entries(LIVES))
  test(`a transfer that is cut off ${where} loses no unit`, needsOwnRedis(), async (context) => {
    const random = seeded(context)
    await using engine = await dyingEngine()
    const first = await engine.start(gatewayDeath)
    const { url } = first
    const shop = operator(first)
    const saleId = await shop.makeSale({ stock: STOCK, strategy: 'segmented', segments: SEGMENTS })
    const tokens = await shop.tokens(saleId, 400)
    // They all belong to one segment, so that it has too few.
    const neighbours = new Map([...tokens].filter(([id]) => homeSegment(id, SEGMENTS) === 1))
    const of = { url, saleId, tokens: neighbours, clients: 4, cancelShare: 0, chance: random }
    await using herd = startHerd(of)
    await first.exited
    for (const death of keeperDeaths) await engine.die(death)
    await herd.stop()

    const server = await engine.start()
    const books = await eventually(
      () => readAudit({ server, saleId }),
      ({ engine: state, inTransfer, inTransit }) =>
        state === 'open' && inTransfer === 0 && inTransit === 0,
    )
    const { epoch, available, returning, held } = books
    assert.equal(epoch, 1, 'it was not rebuilt')
    assert.equal(available + returning + held, STOCK)
    const at = { server, folder: engine.folder, saleId, tokens, chance: random }
    const answers = [...herd.answers, ...(await sellOut(at))]
    assert.equal((await lawHolds(context, { ...at, answers })).live, STOCK)
  })
