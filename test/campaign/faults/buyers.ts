// What some buyers do to all others: one asks a hundred times at once, hundreds leave half a request in the
// line, others send what is no request at all.

import { connect, type Socket } from 'node:net'
import type { Chance } from '../../simulation/chance.ts'
import { someBuyer } from '../crowd.ts'
import type { Fault } from '../fault.ts'
import type { Field } from '../field.ts'

const touches = ['buyers'] as const

const AT_ONCE = 100
const SOCKETS = 300

const open = (field: Field, chance: Chance, text: (saleId: string) => string): Socket[] =>
  Array.from({ length: SOCKETS }, (_, at) => {
    const { port } = new URL(field.urlOf(field.gateways[at % field.gateways.length]!))
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined) // it is closed then
    socket.write(text(chance.pick(field.sales).saleId))
    return socket
  })

const closeAll = (sockets: Socket[]) => async () => sockets.forEach((socket) => socket.destroy())

const GARBAGE = [
  'GET / HTTP/1.1\r\nhost\r\n\r\n',
  '\0\x01\x02',
  'POST /api/sales/-1/attempts\r\n\r\n',
]

export const BUYER_FAULTS: Fault[] = [
  {
    name: 'one buyer asks a hundred times at once',
    touches,
    holdMs: [0, 0],
    async begin({ sales, gateways, crowd }, chance) {
      const buyer = someBuyer(sales, chance)
      const asking = Array.from({ length: AT_ONCE }, (_, at) =>
        crowd.asks(gateways[at % gateways.length]!, buyer)('attempt'),
      )
      return async () => void (await Promise.all(asking))
    },
  },
  {
    name: 'hundreds leave half a request in the line',
    touches,
    holdMs: [500, 3000],
    async begin(field, chance) {
      const half = (saleId: string) => `POST /api/sales/${saleId}/attempts HTTP/1.1\r\nhost: a\r\n`
      return closeAll(open(field, chance, half))
    },
  },
  {
    name: 'hundreds send what is no request',
    touches,
    holdMs: [200, 1000],
    begin: async (field, chance) => closeAll(open(field, chance, () => chance.pick(GARBAGE))),
  },
]
