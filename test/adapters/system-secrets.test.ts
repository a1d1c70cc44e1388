// The generated secrets of a development installation: made once, never changed, never shown.

import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { generatedSecrets } from '../../src/adapters/system/secrets.ts'
import { webhookKeys } from '../../src/config/keys.ts'
import { temporaryFolder } from './sqlite-setup.ts'

test('secrets are made once, for their owner alone', async () => {
  await using at = await temporaryFolder()
  const made = generatedSecrets(at.folder)
  assert.deepEqual(generatedSecrets(at.folder), made)
  assert.equal(new Set(Object.values(made)).size, 3)
  const { mode } = await stat(join(at.folder, 'secrets.json'))
  assert.equal(mode & 0o777, 0o600)
  assert.equal(webhookKeys(made.paymentSecret).length, 1, 'good as a setting too')
})

test('a file of an older program gets what it lacks and keeps what it has', async () => {
  await using at = await temporaryFolder()
  const file = join(at.folder, 'secrets.json')
  const old = { adminKey: 'old admin key', signingSecret: 'old signing secret', note: 'mine' }
  await writeFile(file, JSON.stringify(old), { mode: 0o600 })
  const secrets = generatedSecrets(at.folder)
  assert.equal(secrets.adminKey, old.adminKey)
  assert.equal(secrets.signingSecret, old.signingSecret)
  const kept = JSON.parse(await readFile(file, 'utf8'))
  assert.deepEqual(kept, { ...old, paymentSecret: secrets.paymentSecret })
  assert.deepEqual(generatedSecrets(at.folder), secrets)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
})

test('a damaged file is left as it is, and what is in it is not shown', async () => {
  await using at = await temporaryFolder()
  const file = join(at.folder, 'secrets.json')
  for (const text of ['', 'hidden', '{"adminKey":"hidden', '{"adminKey":"hidden"}', 'null', '[]']) {
    await writeFile(file, text)
    assert.throws(
      () => generatedSecrets(at.folder),
      ({ message }: Error) => /is damaged: restore it/.test(message) && !/hidden/.test(message),
    )
    assert.equal(await readFile(file, 'utf8'), text)
  }
})
