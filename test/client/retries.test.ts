// The client against a server that answers as the test says: what is asked again, and how soon.

import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, mock, suite, test } from 'node:test'
import { seckillClient } from '../../client/seckill-client.ts'
import type { Puzzle } from '../../client/proof-of-work.ts'
import { solve } from '../../client/solve.ts'

type Reply = (response: ServerResponse) => unknown

const ACCEPTED = { outcome: 'accepted', orderId: '7', status: 'in-transit' }

const json =
  (status: number, body: object, headers: Record<string, string> = {}): Reply =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body))

const busy = (seconds: number) => json(503, { code: 'busy' }, { 'retry-after': String(seconds) })
const accepted = json(202, ACCEPTED)
const reset: Reply = (response) => response.destroy()

// Gives these replies in this order, and says when each was asked for; `most` were open at once.
const answering = async (replies: Reply[]) => {
  const askedAt: number[] = []
  const paths: string[] = []
  let open = 0
  let most = 0
  const server = createServer((request, response) => {
    askedAt.push(performance.now())
    paths.push(`${request.method} ${request.url}`)
    open += 1
    most = Math.max(most, open)
    response.on('close', () => (open -= 1))
    const reply = replies.shift()
    if (reply === undefined) throw new Error('nobody thought of one more')
    reply(response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    client: seckillClient({ baseUrl: `http://127.0.0.1:${port}` }),
    paths,
    gaps: () => askedAt.slice(1).map((at, before) => at - askedAt[before]!),
    most: () => most,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

const WANTED = { saleId: '1', purchaseToken: 'a token' }

// Nobody else is here to come back at the same moment.
beforeEach(() => mock.method(Math, 'random', () => 0))

suite('the client asks again', () => {
  test('no sooner than a busy server wants, one attempt at a time', async () => {
    await using server = await answering([busy(1), busy(0), accepted])
    const told: string[] = []
    const waiting = (outcome: string) => told.push(outcome)
    const bought = await server.client.buy({ ...WANTED, waiting })
    assert.deepEqual(bought, { outcome: 'accepted', orderId: '7' })
    const [first, second] = server.gaps()
    assert(first! >= 999 && second! >= 0, `${first} ms, ${second} ms`)
    assert.deepEqual(told, ['busy', 'busy'])
    assert.equal(server.most(), 1)
  })

  test('when a connection was reset: silence is no answer', async () => {
    await using server = await answering([reset, accepted])
    assert.equal((await server.client.buy(WANTED)).outcome, 'accepted')
    assert(server.gaps()[0]! >= 999)
  })

  test('after an answer that is none, like a page of something in between', async () => {
    const page: Reply = (response) => response.writeHead(200).end('<html>')
    await using server = await answering([page, accepted])
    assert.equal((await server.client.buy(WANTED)).outcome, 'accepted')
  })

  test('when a payment or a cancel came while the order was in transit', async () => {
    const inTransit = json(409, { code: 'order-in-transit' }, { 'retry-after': '0' })
    await using server = await answering([inTransit, json(200, { status: 'cancelled' })])
    const answer = await server.client.cancel({ orderId: '7', saleId: '1', token: 'a token' })
    assert(answer.ok && answer.body.status === 'cancelled')
    assert.deepEqual(server.paths, Array(2).fill('POST /api/orders/7/cancel?saleId=1'))
  })

  test('to sign up, and takes a name that became its own meanwhile for its own', async () => {
    const taken = json(409, { code: 'name-taken' })
    const session = { sessionToken: 'a session', expiresAt: '2026-11-11T12:00:00.000Z' }
    await using server = await answering([reset, taken, json(201, session)])
    const answer = await server.client.signUp({ name: 'Ada', password: 'correct horse' })
    assert(answer.ok && answer.body.sessionToken === 'a session')
  })
})

suite('the client asks no more', () => {
  test('once its signal is aborted, and says why', async () => {
    await using server = await answering([busy(60)])
    const controller = new AbortController()
    const waiting = () => controller.abort(new Error('not wanted any more'))
    const buying = server.client.buy({ ...WANTED, signal: controller.signal, waiting })
    await assert.rejects(buying, { message: 'not wanted any more' })
    assert.equal(server.paths.length, 1)
  })

  test('when a name is taken, or payments are off', async () => {
    const off = json(503, { code: 'payments-off' }, { 'retry-after': '1' })
    await using server = await answering([json(409, { code: 'name-taken' }), off])
    const made = await server.client.signUp({ name: 'Ada', password: 'correct horse' })
    const paid = await server.client.pay({ orderId: '7', saleId: '1', token: 'a token' })
    assert(!made.ok && made.code === 'name-taken')
    assert(!paid.ok && paid.code === 'payments-off')
  })
})

suite('a challenge that is solved in slices', () => {
  const puzzle: Puzzle = {
    algorithm: 'SHA-256',
    cost: 1,
    keyLength: 32,
    keyPrefix: '0'.repeat(32), // nobody finds it
    nonce: '0'.repeat(32),
    salt: '0'.repeat(32),
    data: { difficulty: 200_000 },
  }

  test('lets everything else have its turn, and ends when there is nothing left to try', async () => {
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    assert.equal(await solve(puzzle, new AbortController().signal), undefined)
    clearInterval(timer)
    assert(turns >= 3, `${turns} turns`)
  })

  test('ends with its signal, and is not begun where it cannot be solved', async () => {
    const { signal } = new AbortController()
    assert.equal(await solve({ ...puzzle, cost: 2 }, signal), undefined)
    await assert.rejects(solve(puzzle, AbortSignal.abort()), { name: 'AbortError' })
  })
})
