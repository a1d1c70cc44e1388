// What raises the number of gateways before a sale, against an API that answers as Kubernetes does: it changes one
// number of one autoscaler, and is done when, and only when, so many gateways are ready.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'

const PROGRAM = join(import.meta.dirname, '../../deploy/kubernetes/sale/set-minimum.ts')

test('it asks for so many gateways, and waits until they are ready', async (t) => {
  const cluster = await startCluster(t, { readyAtLook: [undefined, 3, 7, 12] })
  const { stdout } = await setMinimum(cluster, '12')
  assert.deepEqual(cluster.asked, [
    {
      method: 'PATCH',
      url: '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/gateway',
      type: 'application/merge-patch+json',
      body: '{"spec":{"minReplicas":12}}',
    },
    ...Array.from({ length: 4 }, () => ({
      method: 'GET',
      url: '/apis/apps/v1/namespaces/shop/statefulsets/gateway',
      type: undefined,
      body: '',
    })),
  ])
  assert.match(stdout, /0 are ready\n3 are ready\n7 are ready\n12 are ready\n$/)
})

test('it fails when it has no right', async (t) => {
  const cluster = await startCluster(t, { token: 'of-somebody-else' })
  await assert.rejects(setMinimum(cluster, '12'), /403/)
})

test('it changes nothing when it is not told how many', async (t) => {
  const cluster = await startCluster(t, {})
  for (const wrong of ['', 'many', '0', '-3', '1.5']) {
    await assert.rejects(setMinimum(cluster, wrong), /how many gateways/)
  }
  assert.deepEqual(cluster.asked, [])
})

interface Asked {
  method: string
  url: string
  type: string | undefined
  body: string
}

interface Cluster {
  url: string
  account: string
  asked: Asked[]
}

const startCluster = async (
  t: TestContext,
  { token = 'of-the-account', readyAtLook = [] as (number | undefined)[] },
): Promise<Cluster> => {
  const account = await mkdtemp(join(tmpdir(), 'seckill-account-'))
  await writeFile(join(account, 'token'), `${token}\n`)
  await writeFile(join(account, 'namespace'), 'shop')
  const asked: Asked[] = []
  const looks = readyAtLook.values()
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request
    asked.push({ method, url, type: headers['content-type'], body: await text(request) })
    const mayAsk = headers.authorization === 'Bearer of-the-account'
    const readyReplicas = method === 'GET' ? looks.next().value : undefined
    response.writeHead(mayAsk ? 200 : 403, { connection: 'close' })
    response.end(JSON.stringify({ status: { readyReplicas } }))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    await new Promise((resolve) => void server.close(resolve))
    await rm(account, { recursive: true })
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, account, asked }
}

const setMinimum = ({ url, account }: Cluster, number: string) =>
  promisify(execFile)(process.execPath, [PROGRAM, number], {
    env: { ...process.env, KUBERNETES_URL: url, ACCOUNT_FOLDER: account, LOOK_EVERY_MS: '1' },
    timeout: 30_000,
  })
