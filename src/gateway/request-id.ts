// The id every answer carries and every line of the log names: the caller's own if it is harmless in a
// log; otherwise one is made.

import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

// Without a request (nothing could be read) the id is a new one.
export type RequestId = (request?: IncomingMessage) => string

export const requestIds = (): RequestId => {
  const process = randomBytes(6).toString('base64url')
  let count = 0
  return (request) => {
    const given = request?.headers['x-request-id']
    if (typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given)) return given
    count += 1
    const made = `${process}-${count.toString(36)}`
    if (request) request.headers['x-request-id'] = made // whoever asks again gets the same
    return made
  }
}
