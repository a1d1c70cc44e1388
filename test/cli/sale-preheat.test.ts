// How a preheat is watched: what is loaded is shown as it grows, and the answer is the server's.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CommandError, EXIT } from '../../src/cli/exit.ts'
import { preheated } from '../../src/cli/sale-preheat.ts'

// A server that has loaded a tenth more whenever it is asked, and is done with all.
const loadingServer = (total: number) => {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  let available = 0
  const books = () => {
    available += total / 10
    if (available >= total) resolve({ saleId: '7', engine: 'open' })
    return { total, available, engine: 'rebuilding' }
  }
  return {
    get: async <Answer>() => books() as Answer,
    post: <Answer>() => promise as Promise<Answer>,
    fail: reject,
  }
}

const watched = () => {
  const shares: number[] = []
  return { shares, line: { at: (share: number) => void shares.push(share) } }
}

test('what the engine has loaded is shown as it grows, until the server answers', async () => {
  const { shares, line } = watched()
  const answer = await preheated(loadingServer(1000), { saleId: '7', line })
  assert.deepEqual(answer, { saleId: '7', engine: 'open' })
  assert.deepEqual(shares, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
})

test('a server that says no is not watched any longer', async () => {
  const { shares, line } = watched()
  const server = loadingServer(1000)
  const asked = preheated(server, { saleId: '7', line })
  server.fail(new Error('there is no such sale'))
  await assert.rejects(asked, /no such sale/)
  assert.deepEqual(shares, [])
})

// A server that puts the caller off after a while; its keeper begins anew, and gets so far.
const puttingOff = (seen: { engine: string; available: number }[]) => {
  const last = seen.at(-1)!
  return {
    get: async <Answer>() => ({ total: 100, ...(seen.shift() ?? last) }) as Answer,
    post: <Answer>() =>
      Promise.reject<Answer>(new CommandError('being rebuilt; ask again', EXIT.unreachable)),
  }
}

test('what the keeper goes on with is watched until it is open', async () => {
  const { shares, line } = watched()
  const loading = [90, 0, 50].map((available) => ({ engine: 'rebuilding', available }))
  const server = puttingOff([...loading, { engine: 'open', available: 100 }])
  const answer = await preheated(server, { saleId: '7', line, lookEveryMs: 1 })
  assert.deepEqual(answer, { saleId: '7', engine: 'open' })
  assert.deepEqual(shares, [0.9, 0, 0.5])
})

test('where nothing more is loaded the server’s no is the answer', async () => {
  const { line } = watched()
  const server = puttingOff([{ engine: 'rebuilding', available: 10 }])
  await assert.rejects(preheated(server, { saleId: '7', line, lookEveryMs: 1 }), /ask again/)
})
