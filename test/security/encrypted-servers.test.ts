// Redis, Kafka and MySQL that ask for a user and a password and speak TLS only, as managed ones do: a sale
// runs on them, and whoever they do not let in, or are not who they say, is told so in one line.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import { clientOf, eventually, OPERATOR } from '../support/engine.ts'
import { freePort } from '../support/free-port.ts'
import { type KafkaServer, newClusterId, startKafka } from '../support/kafka-server.ts'
import { type MariadbServer, startMariadb } from '../support/mariadb-server.ts'
import { needsOwnCluster } from '../support/needs-cluster.ts'
import { startRedis } from '../support/redis-server.ts'
import { PRODUCTION, startServer, startWaiting } from '../support/server.ts'

const PASSWORD = 'p@ss/w?rd'
const CODED = encodeURIComponent(PASSWORD)

const NAMES = ['SECKILL_STOCK_URL', 'SECKILL_QUEUE_URL', 'SECKILL_STORE_URL'] as const
type Urls = Record<(typeof NAMES)[number], string>

let folder: string
let certificate: Certificate
let kafka: KafkaServer
let mariadb: MariadbServer
let encrypted: Urls
let plain: Urls // of the same servers, for those who are let in without
const opened = new AsyncDisposableStack()

suite('servers that are encrypted and ask who comes', needsOwnCluster(), () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seckill-certificates-'))
    opened.defer(() => rm(folder, { recursive: true, force: true }))
    certificate = await makeCertificate(folder, 'localhost')
    const [stock, queue, store] = await Promise.all([openRedis(), openKafka(), openMysql()])
    const urlsOf = (kind: 'encrypted' | 'plain'): Urls => ({
      SECKILL_STOCK_URL: stock[kind],
      SECKILL_QUEUE_URL: queue[kind],
      SECKILL_STORE_URL: store[kind],
    })
    encrypted = urlsOf('encrypted')
    plain = urlsOf('plain')
  })
  after(() => opened.disposeAsync())

  test('an order is bought and recorded', async () => {
    await using server = await startServer({ env: environment(encrypted) })
    await buyOne(server.url)
  })

  test('also with a password that Kafka takes as it is', async () => {
    const SECKILL_QUEUE_URL = `${encrypted.SECKILL_QUEUE_URL}?sasl=plain`
    const env = environment({ ...encrypted, SECKILL_QUEUE_URL })
    await using server = await startServer({ env })
    await buyOne(server.url)
  })

  for (const [name, told] of [
    ['SECKILL_STOCK_URL', /seckill: Redis .*password: look at SECKILL_STOCK_URL/],
    ['SECKILL_QUEUE_URL', /seckill: Kafka .*password: look at SECKILL_QUEUE_URL/],
    ['SECKILL_STORE_URL', /seckill: .*check user and password in SECKILL_STORE_URL/],
  ] as const)
    test(`a wrong password in ${name} is told in one line, and not shown`, async () => {
      const env = environment({ ...encrypted, [name]: encrypted[name].replace(CODED, 'another') })
      await assert.rejects(startServer({ env }), ({ message }: Error) => {
        assert.match(message, told)
        assert.doesNotMatch(message, /:another|p@ss|p%40ss/)
        return true
      })
    })

  for (const name of NAMES)
    test(`${name}: a certificate that nobody vouches for is not believed`, async () => {
      const env = environment({ ...plain, [name]: encrypted[name] })
      await using waiting = await startWaiting({ env: { ...env, NODE_EXTRA_CA_CERTS: undefined } })
      assert.match(waiting.output(), /waits: .*certificate is not believed.*NODE_EXTRA_CA_CERTS/)
    })

  test('a Kafka that is not encrypted is told from one that is', async () => {
    const SECKILL_QUEUE_URL = plain.SECKILL_QUEUE_URL.replace(
      'kafka://127.0.0.1',
      'kafkas://localhost',
    )
    const env = environment({ ...plain, SECKILL_QUEUE_URL })
    await using waiting = await startWaiting({ env })
    assert.match(waiting.output(), /waits: .*it is not encrypted: write kafka:/)
  })

  test('a certificate that is for another host is not believed, whoever vouches for it', async () => {
    const other = await makeCertificate(folder, 'elsewhere')
    await copyFile(other.bothFile, certificate.bothFile)
    await Promise.all([kafka.restart(), mariadb.restart({ args: withCertificate(other) })])
    const urls = { ...encrypted, SECKILL_STOCK_URL: byAddress(encrypted.SECKILL_STOCK_URL) }
    const vouched = join(folder, 'vouched.pem')
    const both = [certificate.file, other.file].map((file) => readFileSync(file, 'utf8'))
    await writeFile(vouched, both.join(''))
    for (const name of NAMES) {
      const env = environment({ ...plain, [name]: urls[name] })
      await using waiting = await startWaiting({ env: { ...env, NODE_EXTRA_CA_CERTS: vouched } })
      assert.match(waiting.output(), /waits: .*certificate is not believed/, name)
    }
  })
})

const environment = (urls: Urls) => ({
  ...PRODUCTION,
  ...urls,
  SECKILL_ADMIN_KEY: `operator:test:${OPERATOR}`,
  SECKILL_QUEUE_TOPIC: `orders-${randomBytes(8).toString('hex')}`,
  NODE_EXTRA_CA_CERTS: certificate.file,
})

const byAddress = (url: string) => url.replace('localhost', '127.0.0.1')

const buyOne = async (url: string): Promise<void> => {
  const shop = clientOf(url)
  const saleId = await shop.sale()
  const [token] = await shop.tokens(saleId, ['7'])
  const status = async (): Promise<unknown> => (await shop.attempt(saleId, token!)).body.status
  await eventually(status, (seen) => seen === 'pending')
}

interface Certificate {
  file: string // of the certificate, which vouches for itself
  keyFile: string
  bothFile: string // key and certificate
}

const makeCertificate = async (folder: string, host: string): Promise<Certificate> => {
  const [file, keyFile, bothFile] = ['certificate', 'key', 'both'].map((name) =>
    join(folder, `${host}-${name}.pem`),
  ) as [string, string, string]
  const made = ['-newkey', 'rsa:2048', '-noenc', '-keyout', keyFile, '-out', file, '-days', '2']
  const named = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`]
  await promisify(execFile)('openssl', ['req', '-x509', ...made, ...named])
  await writeFile(bothFile, (await readFile(keyFile, 'utf8')) + (await readFile(file, 'utf8')))
  return { file, keyFile, bothFile }
}

const openRedis = async () => {
  const port = await freePort()
  const tls = ['--tls-port', String(port), '--tls-auth-clients', 'no']
  const files = ['--tls-cert-file', certificate.file, '--tls-key-file', certificate.keyFile]
  const user = ['--user', 'shop', 'on', `>${PASSWORD}`, '~*', '+@all']
  const ca = ['--tls-ca-cert-file', certificate.file]
  const redis = opened.use(await startRedis({ args: [...tls, ...files, ...ca, ...user] }))
  return { encrypted: `rediss://shop:${CODED}@localhost:${port}`, plain: redis.url }
}

// https://kafka.apache.org/documentation/#security_sasl
const openKafka = async () => {
  const [port, encryptedPort, controllerPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const voters = `1@127.0.0.1:${controllerPort}`
  const node = { clusterId: newClusterId(), nodeId: 1, port, controllerPort, voters }
  const open = `PLAINTEXT://127.0.0.1:${port}`
  const login = (module: string, of = '') =>
    `org.apache.kafka.common.security.${module} required${of};`
  const settings = {
    listeners: `${open},CONTROLLER://127.0.0.1:${controllerPort},SASL_SSL://127.0.0.1:${encryptedPort}`,
    'advertised.listeners': `${open},SASL_SSL://localhost:${encryptedPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': login('scram.ScramLoginModule'),
    'listener.name.sasl_ssl.plain.sasl.jaas.config': login(
      'plain.PlainLoginModule',
      ` user_shop="${PASSWORD}"`,
    ),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': certificate.bothFile,
  }
  const format = ['--add-scram', `SCRAM-SHA-512=[name=shop,password="${PASSWORD}"]`]
  kafka = opened.use(await startKafka({ node, settings, format }))
  return { encrypted: `kafkas://shop:${CODED}@localhost:${encryptedPort}`, plain: kafka.url }
}

const withCertificate = ({ file, keyFile }: Certificate) => [
  `--ssl-cert=${file}`,
  `--ssl-key=${keyFile}`,
]

const openMysql = async () => {
  mariadb = opened.use(await startMariadb({ args: withCertificate(certificate) }))
  const { port } = mariadb
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' })
  await connection.query('create database shop')
  await connection.query('create user shop identified by ? require ssl', [PASSWORD])
  await connection.query('grant all on shop.* to shop')
  await connection.end()
  return {
    encrypted: `mysqls://shop:${CODED}@localhost:${port}/shop`,
    plain: `mysql://root@127.0.0.1:${port}/shop`,
  }
}
