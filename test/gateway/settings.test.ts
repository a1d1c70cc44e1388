// The settings over HTTP: all of them, with what they mean, and never a secret.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig, shownSettings } from '../../src/config.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { type Json, OPERATOR, startEngine, VIEWER } from '../support/engine.ts'

test('every setting is shown with its value, default, unit and meaning', async () => {
  await using engine = await startEngine({ SECKILL_LEASE_MS: '20000' })
  const { settings } = (await engine.look('/api/admin/settings')).body
  assert.deepEqual(
    settings.map((one: Json) => one.name),
    Object.keys(SETTINGS),
  )
  const { fallback, unit, meaning } = SETTINGS.SECKILL_LEASE_MS
  assert.deepEqual(
    settings.find((one: Json) => one.name === 'SECKILL_LEASE_MS'),
    { name: 'SECKILL_LEASE_MS', value: '20000', default: fallback, unit, meaning },
  )
})

test('of a secret only the ids of its keys are shown', async () => {
  await using engine = await startEngine()
  const { body } = await engine.look('/api/admin/settings')
  const keys = body.settings.find((one: Json) => one.name === 'SECKILL_ADMIN_KEY')
  assert.equal(keys.value, 'test,looker')
  const text = JSON.stringify(body)
  assert(!text.includes(OPERATOR) && !text.includes(VIEWER))
})

test('a password in the address of a server is not shown', () => {
  const config = { ...readConfig({}), SECKILL_JWKS_URL: 'https://name:secret@keys.example/jwks' }
  const shown = shownSettings(config).find(({ name }) => name === 'SECKILL_JWKS_URL')
  assert.equal(shown?.value, 'https://…@keys.example/jwks')
})

test('an admin key tells who it makes one', async () => {
  await using engine = await startEngine()
  assert.deepEqual((await engine.look('/api/admin/me')).body, { id: 'looker', role: 'viewer' })
  const asOperator = await engine.request('GET', '/api/admin/me', { credential: OPERATOR })
  assert.deepEqual(asOperator.body, { id: 'test', role: 'operator' })
})
