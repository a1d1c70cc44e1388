// An operator puts a dead letter back on the queue, where it is decided like any other message, and may
// be set aside again. First the queue, then the letter: stopped between the two, it is put back again,
// which is harmless.

import { readMessage } from '../../domain/messages.ts'
import type { DeadLetterId } from '../../ports/dead-letters.ts'
import type { Ports } from '../../ports/ports.ts'

export type Replayed =
  | 'queued'
  | 'no-such-dead-letter' // also when its sale is not there: nothing of that is decided any more
  | 'unreadable-dead-letter'

export const replayDeadLetter = async (
  ports: Pick<Ports, 'catalog' | 'deadLetters' | 'queue'>,
  { deadLetterId, by, reason }: { deadLetterId: DeadLetterId; by: string; reason: string },
): Promise<Replayed> => {
  const letter = await ports.deadLetters.read(deadLetterId)
  if (letter === undefined) return 'no-such-dead-letter'
  const read = readMessage(letter.message)
  if (read.result !== 'message') return 'unreadable-dead-letter'
  const sale = await ports.catalog.readSale(read.message.saleId)
  if (sale === undefined) return 'no-such-dead-letter'
  await ports.queue.publish([read.message])
  await ports.deadLetters.replayed({ letter, by, reason })
  return 'queued'
}
