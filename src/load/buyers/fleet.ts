// The gateways, as buyers reach them: each buyer has its own, as an edge that balances by buyer would have
// it, and goes to the next one when its own could not be reached or did not answer. Who has an order does
// not queue behind those who want one.

import type { Buyer } from './buyer.ts'
import { NO_CONNECTION, type Question, type Reply, sender as newSender } from './send.ts'

export interface Fleet {
  // `anywhere`: at whichever gateway chance has it.
  attempt(buyer: Buyer, question: Question, anywhere?: boolean): Promise<FleetReply>
  ask(buyer: Buyer, question: Question): Promise<FleetReply> // about its order
  waiting(): number // sent and not heard of yet
  open(): Promise<void> // opens the connections
  close(): Promise<void>
}

export interface FleetReply extends Reply {
  gateway: string // that was asked
  moved: boolean // the buyer asks another one from now on
}

const HOLDERS_SHARE = 1 / 4 // of the connections, but at least one

// Connections are of all gateways together; each has an equal part of them, and one at least.
export const fleet = (urls: string[], connections: number): Fleet => {
  const each = Math.max(1, Math.floor(connections / urls.length))
  const gateways = urls.map((url) => gateway(url, each))

  const ask = async (
    buyer: Buyer,
    { question, at, crowd }: { question: Question; at: number; crowd: boolean },
  ): Promise<FleetReply> => {
    const { url, ...senders } = gateways[at]!
    const reply = await (crowd ? senders.crowd : senders.holders).send(question)
    const moved = LOST.has(reply.fault) && buyer.gateway === at && urls.length > 1
    if (moved) buyer.gateway = (at + 1) % urls.length
    return { ...reply, gateway: url, moved }
  }

  return {
    attempt(buyer, question, anywhere = false) {
      const at = anywhere ? Math.floor(buyer.chance.share() * urls.length) : buyer.gateway
      return ask(buyer, { question, at, crowd: true })
    },
    ask: (buyer, question) => ask(buyer, { question, at: buyer.gateway, crowd: false }),
    waiting: () =>
      gateways.reduce((sum, { crowd, holders }) => sum + crowd.waiting() + holders.waiting(), 0),
    async open() {
      await Promise.all(gateways.flatMap(({ crowd, holders }) => [crowd.open(), holders.open()]))
    },
    async close() {
      await Promise.all(gateways.flatMap(({ crowd, holders }) => [crowd.close(), holders.close()]))
    },
  }
}

const gateway = (url: string, connections: number) => {
  const reserved = Math.max(1, Math.floor(connections * HOLDERS_SHARE))
  const holders = newSender(url, reserved)
  const crowd = connections === 1 ? holders : newSender(url, connections - reserved)
  return { url, crowd, holders }
}

const LOST = new Set([NO_CONNECTION, 'socket closed', 'no answer in time'])

// Buyers are spread evenly, and the same in every run.
export const gatewayOf = (buyerId: string, gateways: number): number =>
  Number(BigInt(buyerId) % BigInt(gateways))
