// What a payment provider does: it tells of payments when their orders have expired, several times and in
// the wrong order. The money is owed back then, and no order changes.

import { setTimeout as sleep } from 'node:timers/promises'
import { someBuyer } from '../crowd.ts'
import type { Fault } from '../fault.ts'
import { expires } from '../open-sale.ts'

const BUYERS = 10
const LATE_MS = 1000
const TOLD = ['payment.succeeded', 'payment.failed', 'payment.succeeded']

export const PAYMENT_FAULTS: Fault[] = [
  {
    name: 'payments are told when their orders have expired',
    touches: ['payment'],
    holdMs: [0, 0],
    async begin({ crowd, sales, gateways }, chance) {
      const expiring = sales.filter(expires)
      const payLate = async () => {
        const ask = crowd.asks(chance.pick(gateways), someBuyer(expiring, chance))
        const { orderId } = await ask('attempt')
        if (orderId === undefined) return
        const { paymentId } = await ask('payment', orderId, { sandbox: 'wait' })
        await sleep(expiring[0]!.payWithinMs! + LATE_MS)
        if (paymentId === undefined) return
        for (const type of TOLD) await ask('payment', undefined, { paymentId, type })
      }
      const paying = Promise.all(Array.from({ length: BUYERS }, payLate))
      return async () => void (await paying)
    },
  },
]
