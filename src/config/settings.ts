// Every setting: its name, default, unit and meaning, in one table. Secrets have no defaults.

import { adminKeys, signingKeys, webhookKeys } from './keys.ts'
import {
  abuse,
  list,
  ms,
  oneOf,
  optional,
  per,
  secret,
  type Setting,
  text,
  topic,
  whole,
  wholeOrOff,
} from './kinds.ts'
import { host, network, origin } from './places.ts'
import { queueUrl, stockUrl, storeUrls } from './technologies.ts'
import { collectorUrl, share } from './traces.ts'

export const SETTINGS = {
  SECKILL_HOST: text('127.0.0.1', 'address the gateway listens on'),
  SECKILL_PORT: whole(3000, { unit: 'port', min: 0, max: 65_535 }, 'port; 0 takes a free one'),
  SECKILL_OPERATIONS_PORT: wholeOrOff(
    { unit: 'port', min: 0, max: 65_535 },
    'another port, with metrics and health alone, where no key is asked for; 0 takes a free one',
  ),
  SECKILL_OPERATIONS_HOST: text('127.0.0.1', 'address that port listens on'),
  SECKILL_DATA: text('./data', 'folder of the embedded database and of generated secrets'),
  SECKILL_DEMO: oneOf('on', ['on', 'off'], 'make a demo sale on loopback when there is none'),
  SECKILL_LOG_LEVEL: oneOf('info', ['debug', 'info', 'warn', 'error', 'silent'], 'what is logged'),
  SECKILL_ADMIN_KEY: secret(
    adminKeys,
    'role:id:value,… of operators and viewers; a bare value is an operator',
  ),
  SECKILL_SECRET: secret(
    signingKeys,
    'id:value,… that sign purchase tokens, sessions, challenges and their passes; the first signs',
  ),
  SECKILL_PAYMENT_SECRET: secret(
    webhookKeys,
    'id:value,… of which the payment provider signs its webhooks with one',
  ),
  SECKILL_SANDBOX_PAYMENTS: oneOf(
    'development',
    ['development', 'on', 'off'],
    'orders are paid with play money',
  ),
  SECKILL_IDENTITY: oneOf('built-in', ['built-in', 'jwks'], 'whose accounts the buyers have'),
  SECKILL_JWKS_URL: optional('where the keys of another identity provider are published'),
  SECKILL_JWKS_ISSUER: optional('the issuer its tokens must name'),
  SECKILL_JWKS_AUDIENCE: optional('the audience its tokens must name'),
  SECKILL_SIGN_IN_PATH: optional(
    'where the page sends buyers to sign in, if accounts are elsewhere',
  ),
  SECKILL_SESSION_MS: whole(604_800_000, ms(1000, 7_776_000_000), 'how long a session lasts'),
  SECKILL_TRIES_PER_NAME: whole(
    10,
    per('tries'),
    'sign-ins of one name in 5 minutes; each gateway counts for itself',
  ),
  SECKILL_TRIES_PER_ADDRESS: whole(
    100,
    per('tries'),
    'sign-ins and sign-ups from one address in 5 minutes; each gateway counts for itself',
  ),
  SECKILL_ORIGINS: list(
    origin,
    'origins of other pages that may call the API, like https://shop.example',
  ),
  SECKILL_TRUSTED_PROXIES: list(network, 'addresses or CIDRs whose X-Forwarded-For is believed'),
  SECKILL_ABUSE_RULES: abuse(
    'on',
    'what is blocked or suspect automatically: on, off, or all with changes like forged-tokens=50/60s/600s,many-buyers=off',
  ),
  SECKILL_NEVER_BLOCKED: list(
    network,
    'addresses or CIDRs that no rule blocks, and whose requests none counts; trusted proxies are among them',
    '127.0.0.0/8,::1',
  ),
  SECKILL_WEBHOOK_ALLOW_HOSTS: list(
    host,
    'hosts, or host:port, that webhooks may be sent to although they are private or without TLS',
  ),
  SECKILL_STOCK_URL: stockUrl('stock engine: sqlite:, redis://… or redis-cluster://a:1,b:2'),
  SECKILL_QUEUE_URL: queueUrl('order queue: sqlite: or kafka://a:1,b:2'),
  SECKILL_STORE_URL: storeUrls(
    'home database and orders: sqlite: or mysql://…,mysql://…; the first is the home database',
  ),
  SECKILL_STOCK_TIMEOUT_MS: whole(
    1000,
    ms(50, 1000),
    'longest a call to Redis may take before its outcome is unknown',
  ),
  SECKILL_QUEUE_TIMEOUT_MS: whole(
    1000,
    ms(50, 10_000),
    'longest a call to Kafka may take before its outcome is unknown',
  ),
  SECKILL_QUEUE_TOPIC: topic('seckill.orders.v1', 'topic of the orders in Kafka'),
  SECKILL_QUEUE_PARTITIONS: whole(
    100,
    { unit: 'partitions', min: 1, max: 256 },
    'partitions of that topic when it is made; as many as order workers can share',
  ),
  SECKILL_STORE_TIMEOUT_MS: whole(
    5000,
    ms(100, 60_000),
    'longest a statement in MySQL may take before its outcome is unknown',
  ),
  SECKILL_STORE_CONNECTIONS: whole(
    10,
    { unit: 'connections', min: 2, max: 1000 },
    'connections of a process to each database of MySQL',
  ),
  SECKILL_GLOBAL_PER_SECOND: whole(1_000_000, per('attempts/s'), 'attempts of all sales'),
  SECKILL_GLOBAL_BURST: whole(2_000_000, per('attempts'), 'attempts of all sales at once'),
  SECKILL_SALE_PER_SECOND: whole(100_000, per('attempts/s'), 'attempts of one sale'),
  SECKILL_SALE_BURST: whole(200_000, per('attempts'), 'attempts of one sale at once'),
  SECKILL_BUYER_PER_SECOND: whole(
    3,
    { unit: 'attempts/s', min: 1, max: 1000 },
    'one buyer, one sale',
  ),
  SECKILL_BUYER_WINDOW: oneOf(
    'process',
    ['process', 'redis'],
    "where a buyer's attempts are counted: in each gateway, or for all of them in Redis",
  ),
  SECKILL_BUYERS_MAX: whole(1_000_000, per('buyers'), 'buyers whose window is kept at once'),
  SECKILL_CHALLENGE_AFTER: whole(
    10,
    { unit: 'attempts', min: 0, max: 1000 },
    'decided attempts of one buyer in one sale in 60 s, after which a challenge has to be solved; 0: never for that',
  ),
  SECKILL_TOKENS_CACHED: whole(100_000, per('tokens'), 'verified purchase tokens kept'),
  SECKILL_WINNERS_MAX: whole(10_000, per('buyers'), 'winners a sold-out memory holds'),
  SECKILL_RESERVE_BATCH: whole(
    256,
    { unit: 'attempts', min: 1, max: 1000 },
    'attempts per engine call',
  ),
  SECKILL_RESERVE_QUEUE: whole(
    20_000,
    per('attempts'),
    'attempts waiting per sale before shedding, in equal parts per segment; as many for the buyer window in Redis',
  ),
  SECKILL_RESERVE_WAIT_MS: whole(
    1000,
    ms(10, 1000),
    'longest an attempt waits for its turn at the stock engine',
  ),
  SECKILL_SHED_DELAY_MS: whole(
    1000,
    ms(50, 1000),
    'how far a gateway may be behind before it refuses attempts unread; from three quarters of it on those that need a decision, from half on entrances',
  ),
  SECKILL_CONNECTIONS_MAX: whole(
    50_000,
    per('connections'),
    'of a process; more are closed at once',
  ),
  SECKILL_RECORD_BATCH: whole(
    1000,
    { unit: 'orders', min: 1, max: 1000 },
    'orders the worker takes at once',
  ),
  SECKILL_SWEEP_AFTER_MS: whole(
    10_000,
    ms(100, 600_000),
    'age at which an order in transit is looked at',
  ),
  SECKILL_LOOK_EVERY_MS: whole(1000, ms(10, 10_000), 'how often the keeper looks at each sale'),
  SECKILL_RELEASE_EVERY_MS: whole(250, ms(10, 1000), 'how often the keeper expires and releases'),
  SECKILL_CHANGES_EVERY_MS: whole(
    200,
    ms(10, 1000),
    'how often a gateway reads the changes, and the orders that are watched',
  ),
  SECKILL_ORDER_STREAMS_MAX: whole(1000, per('streams'), 'orders that are watched at once'),
  SECKILL_RECONCILE_EVERY_MS: whole(
    60_000,
    ms(1000, 3_600_000),
    'how often the books are compared',
  ),
  SECKILL_RECONCILE_PAUSE_MS: whole(2000, ms(10, 60_000), 'between the two rounds of a comparison'),
  SECKILL_FORGET_EVERY_MS: whole(
    3_600_000,
    ms(1000, 86_400_000),
    'how often what is no longer needed is deleted',
  ),
  SECKILL_ENTRIES_KEPT_MS: whole(
    2_592_000_000,
    ms(691_200_000, 315_360_000_000),
    'how long entries are kept after their sale has ended',
  ),
  SECKILL_AUDIT_LOG_KEPT_MS: whole(
    34_560_000_000,
    ms(86_400_000, 315_360_000_000),
    'how long the audit log is kept',
  ),
  SECKILL_ORDERS_KEPT_MS: whole(
    0,
    ms(0, 3_153_600_000_000),
    'how long sales are kept with their orders and ledger after they have left the engine; 0: for ever',
  ),
  SECKILL_LEASE_MS: whole(10_000, ms(500, 60_000), 'how long leases and node ids last'),
  SECKILL_DRAIN_MS: whole(8000, ms(100, 9500), 'longest drain after SIGTERM'),
  SECKILL_TRACES_URL: collectorUrl(
    'who collects traces by OTLP/HTTP in JSON, like http://collector:4318/v1/traces; empty: nobody',
  ),
  SECKILL_TRACES_SAMPLE: share(0.001, 'how many of all attempts are traced'),
} as const satisfies Record<string, Setting<unknown>>
