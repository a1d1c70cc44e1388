// What each pod is given, the program takes: the settings of the overlays, and the secrets as docs/kubernetes.md makes
// them, in the files that the manifests name.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { technologySet } from '../../src/config/technologies.ts'
import { readConfig } from '../../src/config.ts'
import { checkSecrets, type RoleName } from '../../src/processes/credentials.ts'
import { KUBERNETES, pods } from './manifests.ts'
import { settingsOf } from './settings-of.ts'

const SERVERS = {
  SECKILL_STOCK_URL: 'rediss-cluster://:password@redis:6379',
  SECKILL_QUEUE_URL: 'kafka://a:9092,b:9092,c:9092',
  SECKILL_STORE_URL: 'mysql://seckill:password@home:3306/seckill',
}

const ROLES: RoleName[] = ['gateway', 'worker', 'keeper']
const OVERLAYS = {
  small: settingsOf('base/settings.env'),
  million: { ...settingsOf('base/settings.env'), ...settingsOf('overlays/million/settings.env') },
}

let folder = ''

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'seckill-secrets-'))
  const document = readFileSync(join(KUBERNETES, '../../docs/kubernetes.md'), 'utf8')
  const made = [...document.matchAll(/--from-literal=([\w-]+)="([^"]+)"/g)]
  assert.equal(made.length, 3)
  for (const [, key, value] of made) {
    const random = () => randomBytes(32).toString('base64')
    writeFileSync(join(folder, key!), value!.replace('$(openssl rand -base64 32)', random))
  }
})

after(() => rmSync(folder, { recursive: true }))

for (const [overlay, settings] of Object.entries(OVERLAYS))
  for (const role of ROLES)
    test(`a ${role} of ${overlay} takes its settings and its secrets`, () => {
      const { container } = pods.find(({ container: { name } }) => name === role)!
      const { mountPath } = container.volumeMounts[0]!
      const files = container.env!.map(({ name, value }) => [
        name,
        value!.replace(mountPath, folder),
      ])
      const given = { ...settings, ...SERVERS, ...Object.fromEntries(files) }
      const config = readConfig(given, folder)
      assert.equal(technologySet(config), 'cluster')
      checkSecrets(config, [role])
      const isGateway = role === 'gateway'
      assert.equal(config.SECKILL_SECRET.length, isGateway ? 1 : 0)
      assert.deepEqual(
        config.SECKILL_ADMIN_KEY.map((key) => key.role),
        ['operator'],
      )
    })
