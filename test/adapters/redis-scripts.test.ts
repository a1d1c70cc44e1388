// Every answer of every Lua script, as its header names them: each has a case that brings it about, and
// nothing is answered that the header does not name. And scripts of two versions, or forgotten ones.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { suite, test } from 'node:test'
import type { Script } from '../../src/adapters/redis/script.ts'
import { redisKeys } from '../../src/adapters/redis/keys.ts'
import { preheat, readOne } from '../contracts/stock-steps.ts'
import { askRedis } from '../support/ask-redis.ts'
import { needsOwnRedis, needsRedis, sharedRedis } from '../support/needs-redis.ts'
import { startRedis } from '../support/redis-server.ts'
import { answersNamed, openDesk, scriptNamed, wordsIn } from './redis-desk.ts'
import { CASES, ONE } from './redis-script-cases.ts'

const FOLDER = join(import.meta.dirname, '../../src/adapters/redis/scripts')

// The lines that begin the others answer nothing by themselves.
const NAMES = globSync('*.lua', { cwd: FOLDER })
  .map((file) => basename(file, '.lua'))
  .filter((name) => name !== 'segment')

// Only a replica that may be written to comes that far.
const isOnAReplica = (name: string, answer: string) => name === 'begin' && answer === 'rebuilding'

suite('every answer of every script', needsRedis(), () => {
  test('there are cases for all scripts, and no others', () => {
    assert.deepEqual(Object.keys(CASES).sort(), NAMES.sort())
  })

  for (const name of NAMES) {
    const named = answersNamed(scriptNamed(name).source)
    for (const answer of named.filter((one) => !isOnAReplica(name, one)))
      test(`${name}: ${answer}`, async () => {
        const bringAbout = CASES[name]?.[answer]
        assert(bringAbout, `no case in redis-script-cases.ts`)
        await using desk = await openDesk(await sharedRedis())
        const words = wordsIn(await bringAbout(desk), named)
        assert(words.has(answer), [...words].join(' '))
        const others = [...words].filter((word) => /^[a-z][a-z-]+$/.test(word))
        assert.deepEqual(
          others.filter((word) => !named.includes(word)),
          [],
          'not in the header',
        )
      })

    test(`${name}: no case is left over`, () => {
      assert.deepEqual(
        Object.keys(CASES[name] ?? {}).filter((one) => !named.includes(one)),
        [],
      )
    })
  }
})

test('begin: rebuilding, on a replica that may be written to', needsOwnRedis(), async () => {
  await using primary = await startRedis()
  const args = ['--replica-read-only', 'no']
  await using replica = await startRedis({ replicaOf: primary, args })
  await using desk = await openDesk(replica.url)
  assert.equal(await desk.run('begin', [1, 'counter', ONE]), 'rebuilding')
})

suite('two versions of the program', needsRedis(), () => {
  test('a changed script has another name in Redis, and both sell one stock', async () => {
    await using desk = await openDesk(await sharedRedis())
    await preheat(desk, { total: 3 })
    const ours = scriptNamed('reserve')
    const theirs = changed(ours)
    assert.notEqual(ours.sha1, theirs.sha1)
    const keys = redisKeys(desk.prefix).ofFirst('1')
    for (const [at, version] of [ours, theirs, ours, theirs].entries()) {
      const args = [ONE, `${at + 1}`, `${at + 11}:1`]
      const reply = await desk.redis.evaluate(version, { keys, args })
      const words = wordsIn(reply, [])
      assert(words.has(at < 3 ? 'taken' : 'sold-out'), [...words].join(' '))
    }
    assert.equal((await readOne(desk.stock)).held, 3)
  })

  test('a script that Redis has forgotten is sent again, and is executed once', async () => {
    await using desk = await openDesk(await sharedRedis())
    await preheat(desk, { total: 3 })
    for (const buyer of ['1', '2']) {
      await askRedis(await sharedRedis(), (redis) => redis.scriptFlush())
      await desk.run('reserve', [ONE, buyer, `1${buyer}:1`])
    }
    assert.equal((await readOne(desk.stock)).held, 2)
  })
})

const changed = (one: Script): Script => {
  const source = `${one.source}\n-- of another version\n`
  return { ...one, source, sha1: createHash('sha1').update(source).digest('hex') }
}
