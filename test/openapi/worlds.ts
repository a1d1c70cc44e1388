// The engines that drivers ask: a shop in good order, and those in which something is wrong, each
// started when it is first needed. Every reply that any of them gives is told to `heard`.

import { newBuyer, signIn, signUp } from '../support/accounts.ts'
import { type Engine, eventually, type Heard, type Reply, startEngine } from '../support/engine.ts'
import { AUDIENCE, ISSUER, type Issuer, startIssuer } from '../support/issuer.ts'
import { type Bought, buy } from '../support/order.ts'
import { pastTheEngine } from '../support/past-the-engine.ts'
import { PAYMENT_SECRET } from '../support/provider.ts'
import { oneOf } from './asking.ts'

export interface Worlds extends AsyncDisposable {
  shop: Engine
  saleId: string // of an open sale of the shop, with plenty of units
  heard: Heard
  order(): Promise<Bought> // a pending one in that sale
  session(): Promise<string> // of a buyer of the shop
  newBuyer(): Promise<{ buyerId: string; sessionToken: string }> // of the shop, signed in
  crowd(): Promise<Crowd> // of people whose passwords are to be hashed
  elsewhere(): Promise<Elsewhere> // accounts are another provider's
  unreachable(): Promise<Elsewhere> // and nobody has ever reached it
  strict(): Promise<Engine> // one try to sign in from an address
  unpaid(): Promise<Engine> // payments are off
  undelivered(): Promise<OneSale> // what is ordered stays in transit
  rebuilding(): Promise<OneSale> // and a rebuild waits for it
  nodeless(): Promise<OneSale & { order: Bought }> // every node id is somebody else's
}

export interface Crowd {
  signUp: Reply // to whom there was no room for
  signIn: Reply
}

export interface Elsewhere {
  engine: Engine
  issuer: Issuer
}

export interface OneSale {
  engine: Engine
  saleId: string
  token: string // a purchase token of buyer 1
}

const SHOP = {
  SECKILL_BUYER_PER_SECOND: '1000',
  SECKILL_TRIES_PER_ADDRESS: '100000',
  SECKILL_CHANGES_EVERY_MS: '20',
  SECKILL_LOOK_EVERY_MS: '200',
  SECKILL_PAYMENT_SECRET: PAYMENT_SECRET,
}

export const startWorlds = async (heard: Heard): Promise<Worlds> => {
  const stack = new AsyncDisposableStack()
  const start = async (settings: Record<string, string>) =>
    stack.use(await startEngine({ ...SHOP, ...settings }, heard))
  const shop = await start({})
  const saleId = await shop.sale({ stock: 1_000_000 })
  let buyers = 1000

  const elsewhere = async (isReachable: boolean): Promise<Elsewhere> => {
    const issuer = stack.use(await startIssuer())
    if (!isReachable) issuer.answerWith('nothing')
    const engine = await start({
      SECKILL_IDENTITY: 'jwks',
      SECKILL_JWKS_URL: issuer.url,
      SECKILL_JWKS_ISSUER: ISSUER,
      SECKILL_JWKS_AUDIENCE: AUDIENCE,
    })
    return { engine, issuer }
  }

  const withSale = async (settings: Record<string, string>): Promise<OneSale> => {
    const engine = await start(settings)
    const only = await engine.sale()
    const [token] = await engine.tokens(only, ['1'])
    return { engine, saleId: only, token: token! }
  }

  const undelivered = async () => {
    const one = await withSale({})
    await write(one.engine, TAKE_NO_ORDERS)
    return one
  }

  const withOrder = once(async () => {
    const one = await withSale({ SECKILL_LEASE_MS: '2000' })
    return { ...one, order: await buy(one.engine, one.saleId, '2') }
  })

  return {
    shop,
    saleId,
    heard,
    order: () => buy(shop, saleId, String((buyers += 1))),
    session: once(async () => (await newBuyer(shop, 'ann')).sessionToken),
    newBuyer: () => newBuyer(shop, `buyer ${(buyers += 1)}`),
    crowd: once(() => crowd(shop)),
    elsewhere: once(() => elsewhere(true)),
    unreachable: once(() => elsewhere(false)),
    strict: once(() => start({ SECKILL_TRIES_PER_ADDRESS: '1' })),
    unpaid: once(() => start({ SECKILL_SANDBOX_PAYMENTS: 'off' })),
    undelivered: once(undelivered),
    rebuilding: once(async () => {
      const one = await undelivered()
      const { engine, saleId, token } = one
      await engine.attempt(saleId, token)
      await write(engine, BEGIN_REBUILD)
      await eventually(
        () => engine.attempt(saleId, token),
        ({ body }) => body.code === 'rebuilding',
      )
      return one
    }),
    async nodeless() {
      const one = await withOrder()
      await loseNodeId(one)
      return one
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

// Two passwords are hashed at once and 32 wait: of each of both some find no room.
const CROWD = 40

const crowd = async (shop: Engine): Promise<Crowd> => {
  const names = Array.from({ length: CROWD }, (_, at) => `in a crowd ${at}`)
  const ups = names.map((name) => signUp(shop, name))
  const ins = names.map((name) => signIn(shop, name))
  return {
    signUp: oneOf(await Promise.all(ups), 'busy'),
    signIn: oneOf(await Promise.all(ins), 'busy'),
  }
}

const once = <Value>(start: () => Promise<Value>): (() => Promise<Value>) => {
  let started: Promise<Value> | undefined
  return () => (started ??= start())
}

// The orders' shard refuses whatever it is given: the worker tries again, without end.
const TAKE_NO_ORDERS = `
  create trigger no_orders before insert on orders
  begin
    select json('this shard is down'); -- fails, and breaks no constraint
  end
`

// It waits for what is in transit to be recorded.
const BEGIN_REBUILD = `
  update sale_stock
  set epoch = epoch + 1
`

const takeNodeIds = () => `
  with recursive nodes (node_id) as (
    select 0
    union all
    select node_id + 1 from nodes where node_id < 1023
  )
  insert or replace into node_leases (node_id, holder, until)
  select node_id, 'somebody else', ${Date.now() + 3000}
  from nodes;
`

// From here on, for some seconds, this process can make no order ids.
const loseNodeId = async ({ engine, saleId, token }: OneSale) => {
  await write(engine, takeNodeIds())
  await eventually(
    () => engine.attempt(saleId, token),
    ({ body }) => body.code === 'busy',
  )
}

export const write = (engine: Engine, sql: string) =>
  pastTheEngine(engine, (database) => database.exec(sql))
