// As much of an answer to an attempt as a closed loop has time for: how long it is, and its outcome,
// which the status gives away in all but two cases.

const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = /\r\ncontent-length: *([0-9]+)/i

// How many bytes the answer has that these begin with; undefined while its head is not complete.
export const answerLength = (bytes: Buffer): number | undefined => {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd < 0) return undefined
  const length = LENGTH.exec(bytes.toString('latin1', 0, headEnd))?.[1]
  if (length === undefined) throw new Error('an answer without a content-length')
  return headEnd + HEAD_END.length + Number(length)
}

const OUTCOMES: Record<number, string> = {
  200: 'already-reserved',
  202: 'accepted',
  400: 'malformed',
  401: 'unauthorized',
  404: 'no-such-sale',
  409: 'sold-out',
  410: 'ended',
  428: 'challenge-required',
  429: 'rate-limited',
}

export const answerOutcome = (answer: Buffer): string => {
  const status = Number(answer.toString('latin1', 9, 12)) // after `HTTP/1.1 `
  const known = OUTCOMES[status]
  if (known !== undefined) return known
  return /"code": ?"([a-z-]+)"/.exec(answer.toString('latin1'))?.[1] ?? `HTTP ${status}`
}
