// How many bytes an attempt and its answers are on the wire, with all headers that a gateway reads and
// writes; and the message of an order. Asked of the real program. What a browser adds, and what TLS and
// the network do, is not in it.

import assert from 'node:assert/strict'
import { orderMessage } from '../load/order-batches.ts'
import { signedRequest } from '../load/requests.ts'
import { readAnswer } from '../servers/read-answer.ts'
import { startEngine } from '../servers/start-engine.ts'
import { SIGNING_SECRET } from '../servers/start-program.ts'
import { buyersOf, type Part, type Scenario } from './scenario.ts'

const STATUSES = { accepted: 202, 'already-reserved': 200, 'sold-out': 409 }

export const bytes: Scenario = {
  scenario: 'bytes',
  what: 'bytes of an attempt, of its answers and of the message of an order',
  connections: 1,
  async measure(bench) {
    await using engine = await startEngine(bench)
    const saleId = await engine.makeSale({ stock: 1 })
    const { first } = buyersOf(bench, { use: 0, count: 2 })
    const [winner, other] = [first, first + 1].map((buyer) =>
      signedRequest({ saleId, signingSecret: SIGNING_SECRET }, buyer),
    )
    const asked = { accepted: winner!, 'already-reserved': winner!, 'sold-out': other! }
    const answers: Part[] = []
    for (const [outcome, request] of Object.entries(asked)) {
      const { status, bytes: length } = await readAnswer(engine.port, request)
      assert.equal(status, STATUSES[outcome as keyof typeof STATUSES])
      answers.push(figure(outcome, 'the answer, with its headers', length))
    }
    const message = JSON.stringify(orderMessage([saleId], 0))
    return [
      figure('request', 'an attempt with its token, without what browsers add', winner!.length),
      ...answers,
      figure('message', 'of an order on the queue, as JSON', message.length),
    ]
  },
}

const figure = (part: string, what: string, value: number): Part => ({
  part,
  what,
  target: null,
  unit: 'bytes',
  samples: [{ ratio: null, value, baseline: null }],
})
