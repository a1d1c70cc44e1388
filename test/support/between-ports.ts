// Puts something of a test's own between the engine and what it needs: every call of the home ledger, the
// orders and the queue, and of every script in Redis, goes through `around`. A call is named by its
// place: `ledger.seal`, `orders.release`, `queue.publish`, `redis.reserve`.

import type { Config } from '../../src/config.ts'
import { wire, type Wired } from '../../src/processes/wire.ts'

export type Around = <Answer>(name: string, call: () => Promise<Answer>) => Promise<Answer>

export const wiringBetween =
  (around: Around) =>
  async (config: Config): Promise<Wired> => {
    const wired = await wire(config, (redis) => ({
      ...redis,
      evaluate: (script, of) => around(`redis.${script.name}`, () => redis.evaluate(script, of)),
    }))
    const { ledger, orders, queue } = wired.ports
    const ports = {
      ...wired.ports,
      ledger: between('ledger', ledger, around),
      orders: between('orders', orders, around),
      queue: {
        ...between('queue', queue, around),
        stopped: queue.stopped, // answers at once
        setAside: queue.setAside, // as well
      },
    }
    return { ...wired, ports }
  }

export const between = <Port extends object>(name: string, port: Port, around: Around): Port => {
  const wrapped = Object.entries(port).map(([method, call]) => [
    method,
    typeof call === 'function'
      ? (...args: unknown[]) => around(`${name}.${method}`, () => call(...args))
      : call,
  ])
  return Object.fromEntries(wrapped) as Port
}
