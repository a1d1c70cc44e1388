// Whoever is slow, silent, or says half of it: the edge lets him go, and no gateway ever hears of him.

import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { needsNginx } from '../support/needs-nginx.ts'
import { type NginxServer, startNginx } from '../support/nginx-server.ts'
import { talk } from '../security/talk.ts'
import { askFrom } from './ask-from.ts'
import { type Listener, startListener } from './listener.ts'

const ATTEMPT =
  'POST /api/sales/1/attempts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'

const HALVES: Record<string, string> = {
  silence: '',
  'one letter': 'G',
  'half a header': 'GET /api/time HTTP/1.1\r\nhost:',
  'no end of headers': 'GET /api/time HTTP/1.1\r\nhost: x\r\n',
  'half a body': `${ATTEMPT}content-length: 9\r\n\r\n{`,
  'half a chunk': `${ATTEMPT}transfer-encoding: chunked\r\n\r\n9\r\n{`,
  'no last chunk': `${ATTEMPT}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`,
}

suite('at the edge, whoever is slow', { ...needsNginx(), concurrency: true }, () => {
  let gateway: Listener
  let nginx: NginxServer

  before(async () => {
    gateway = await startListener()
    nginx = await startNginx({
      gateways: [gateway.url],
      isUnlimited: true,
      changed: {
        'limits.conf': [
          ['client_header_timeout 10s', 'client_header_timeout 300ms'],
          ['client_body_timeout 10s', 'client_body_timeout 300ms'],
        ],
      },
    })
  })

  after(async () => {
    await nginx.stop()
    await gateway[Symbol.asyncDispose]()
  })

  for (const [what, bytes] of Object.entries(HALVES))
    test(`with ${what} is hung up on without a word`, async () => {
      const heard = await talk(nginx.url, bytes)
      assert.deepEqual([heard.text, heard.closed], ['', true])
      assert(!gateway.heard.some(({ path }) => path.endsWith('attempts')))
    })

  test('letter by letter is let go as well, and nobody waits for him', async () => {
    const sockets = Array.from({ length: 50 }, () => {
      const socket = connect(nginx.port, '127.0.0.1').on('error', () => undefined)
      socket.write('GET /api/time HTTP/1.1\r\n')
      return socket.resume()
    })
    const drip = setInterval(
      () => sockets.forEach((one) => one.writable && one.write('a: b\r\n')),
      20,
    )
    const gone = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    assert.equal((await askFrom(nginx.url, { path: '/api/time' })).status, 200)
    await Promise.all(gone)
    clearInterval(drip)
  })
})
