// How long the answer is that these bytes begin with; undefined while its head is not complete. Both
// servers write the length of every body, in lower case.

const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = Buffer.from('\r\ncontent-length: ')
const ZERO = 48
const NINE = 57

export const answerLength = (bytes: Buffer): number | undefined => {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd < 0) return undefined
  const lengthAt = bytes.indexOf(LENGTH)
  if (lengthAt < 0 || lengthAt > headEnd) throw new Error('an answer without a content-length')
  let length = 0
  for (let at = lengthAt + LENGTH.length; ; at += 1) {
    const digit = bytes[at]!
    if (digit < ZERO || digit > NINE) break
    length = length * 10 + digit - ZERO
  }
  return headEnd + HEAD_END.length + length
}

// The three digits after `HTTP/1.1 `.
export const answerStatus = (bytes: Buffer): number =>
  (bytes[9]! - ZERO) * 100 + (bytes[10]! - ZERO) * 10 + bytes[11]! - ZERO
