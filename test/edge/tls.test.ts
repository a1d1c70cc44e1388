// The example with TLS is one that works: HTTP/1.1 and HTTP/2, nothing older than TLS 1.2, and no word in
// plain text that is no refusal.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { connect as connectTls, type SecureVersion } from 'node:tls'
import { needsNginx } from '../support/needs-nginx.ts'
import { askFrom } from './ask-from.ts'
import { startEdge } from './edge.ts'

const EXAMPLE = join(import.meta.dirname, '../../deploy/nginx/tls.example.conf')
const NO_OPENSSL = spawnSync('openssl', ['version']).error !== undefined && 'there is no openssl'

// A certificate that nobody signed but itself.
const certificate = () => {
  const folder = mkdtempSync(join(tmpdir(), 'seckill-tls-'))
  const [key, chain] = [join(folder, 'key.pem'), join(folder, 'fullchain.pem')]
  const how = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const what = ['-subj', '/CN=shop.example', '-days', '1', '-keyout', key, '-out', chain]
  execFileSync('openssl', [...how, ...what], { stdio: 'ignore' })
  return { key, chain }
}

const listenSecurely = (port: number): string => {
  const { key, chain } = certificate()
  return readFileSync(EXAMPLE, 'utf8')
    .replace('listen 443', `listen 127.0.0.1:${port}`)
    .replace(/^listen \[::\].*$/m, '')
    .replace('/etc/ssl/seckill/fullchain.pem', chain)
    .replace('/etc/ssl/seckill/key.pem', key)
}

const PLACE = { host: '127.0.0.1', rejectUnauthorized: false }

// The version that both sides agree on; undefined: none.
const versionOf = (port: number, version: SecureVersion): Promise<string | null | undefined> => {
  const { promise, resolve } = Promise.withResolvers<string | null | undefined>()
  const limits = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
  const socket = connectTls({ ...PLACE, ...limits, port }, () => {
    resolve(socket.getProtocol())
    socket.destroy()
  })
  socket.on('error', () => resolve(undefined))
  return promise
}

interface Told {
  status: number
  text: string
}

const askHttp2 = (port: number, path: string, headers = {}): Promise<Told> => {
  const { promise, resolve, reject } = Promise.withResolvers<Told>()
  const session = connectHttp2(`https://127.0.0.1:${port}`, PLACE).on('error', reject)
  const stream = session.request({ ':path': path, ...headers })
  let status = 0
  let text = ''
  stream.on('response', (told) => (status = told[':status']!))
  stream.on('data', (part: Buffer) => (text += part.toString()))
  stream.on('error', reject)
  stream.on('end', () => {
    session.close()
    resolve({ status, text })
  })
  stream.end()
  return promise
}

suite('with TLS', { skip: needsNginx().skip || NO_OPENSSL }, () => {
  test('pages, refusals and limits are what they are without, and plain text is refused', async () => {
    await using edge = await startEdge({ listen: listenSecurely })
    const { port, url } = edge.nginx
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
      assert.equal(await versionOf(port, version), version)
    for (const version of ['TLSv1', 'TLSv1.1'] as const)
      assert.equal(await versionOf(port, version), undefined)
    const page = await askHttp2(port, '/')
    assert.deepEqual([page.status, page.text], [200, (await edge.engine.request('GET', '/')).body])
    const hidden = await askHttp2(port, '/metrics')
    assert.deepEqual([hidden.status, JSON.parse(hidden.text).code], [404, 'not-found'])
    const long = await askHttp2(port, '/', { x: 'y'.repeat(9000) }).catch(() => undefined)
    assert.notEqual(long?.status, 200)
    const plain = await askFrom(url, { path: '/api/time' })
    assert.deepEqual([plain.status, plain.body.code], [400, 'malformed'])
  })
})
