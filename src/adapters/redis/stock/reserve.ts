// Decides attempts on one segment by one call: who holds an order already, the window, the pause, the
// units. The answer names what all of them were told, and then only those who were told something else.

import assert from 'node:assert/strict'
import type { Attempt } from '../../../domain/attempt.ts'
import type { Reserved } from '../../../domain/stock.ts'
import type { ReservedBatch, Stock } from '../../../ports/stock.ts'
import { segmentScript } from '../script.ts'
import { readMark, readTokens } from './held.ts'
import type { SegmentDeps, Word } from './segment-calls.ts'

const RESERVE = segmentScript('reserve')

export const stockReserving = ({ calls }: SegmentDeps): Pick<Stock, 'reserve'> => ({
  async reserve({ saleId, segments, segment, attempts }) {
    const keys = calls.layouts.set(saleId, segments)[segment]
    assert(keys, 'a sale has this segment')
    const args = [calls.layouts.text(segments)]
    for (const { buyerId } of attempts) args.push(buyerId)
    for (const { orderId, units } of attempts) args.push(`${orderId}:${units}`)
    const words = await calls.call(RESERVE, { saleId, keys, args })
    return words ? readBatch(words, attempts) : refuseAll(attempts)
  },
})

const refuseAll = (attempts: Attempt[]): ReservedBatch => ({
  epoch: 0,
  reading: { version: 0, left: Infinity },
  queued: false,
  answers: attempts.map(() => ({ answer: 'rebuilding' })),
})

interface Terms {
  price: number
  currency: string
  saleVersion: number
  startsAtMs: number
}

const readBatch = (words: Word[], attempts: Attempt[]): ReservedBatch => {
  const [, epoch, version, left, price, currency, saleVersion, startsAtMs, common] = words
  const terms = { price, currency, saleVersion, startsAtMs } as Terms
  const others = new Map<number, string>()
  for (let at = HEAD; at < words.length; at += 2)
    others.set(Number(words[at]) - 1, String(words[at + 1]))
  const answers = attempts.map((attempt, place) =>
    readAnswer(others.get(place) ?? String(common), attempt, terms),
  )
  const reading = { version: Number(version), left: Number(left) }
  return { epoch: Number(epoch), reading, queued: false, answers }
}

const HEAD = 9 // words that are about all attempts

const readAnswer = (text: string, attempt: Attempt, { startsAtMs, ...terms }: Terms): Reserved => {
  const at = text.indexOf(' ')
  const answer = at < 0 ? text : text.slice(0, at)
  const rest = at < 0 ? undefined : text.slice(at + 1)
  switch (answer) {
    case 'taken':
      return { answer, ...terms, ...attempt, stockTokens: readTokens(rest) }
    case 'already-reserved':
      return { answer, ...terms, ...readMark(attempt.buyerId, rest!) }
    case 'not-started':
      return { answer, startsAtMs }
    case 'ended':
    case 'paused':
    case 'sold-out':
      return { answer }
    default:
      assert.fail(`reserve answers ${answer}`)
  }
}
