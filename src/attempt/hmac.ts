// HMAC-SHA-256 with one key, of many short texts: two one-shot hashes, in buffers that are kept. Node's
// `createHmac` makes an object for each text, and takes twice as long.
//
// Construction: RFC 2104, https://www.rfc-editor.org/rfc/rfc2104#section-2

import assert from 'node:assert/strict'
import { hash } from 'node:crypto'

export const HMAC_TEXT_MAX = 512 // bytes

const BLOCK = 64 // bytes of SHA-256
const DIGEST = 32
const INNER = 0x36
const OUTER = 0x5c

// The code of a text in base64url. The text is of ASCII, `HMAC_TEXT_MAX` long at most.
export const hmacSha256 = (secret: string): ((text: string) => string) => {
  const key = Buffer.alloc(BLOCK)
  const bytes = Buffer.from(secret, 'utf8')
  key.set(bytes.length > BLOCK ? hash('sha256', bytes, 'buffer') : bytes)
  const inner = Buffer.concat([key.map((byte) => byte ^ INNER), Buffer.alloc(HMAC_TEXT_MAX)])
  const outer = Buffer.concat([key.map((byte) => byte ^ OUTER), Buffer.alloc(DIGEST)])
  return (text) => {
    assert(text.length <= HMAC_TEXT_MAX, 'a text to sign is short')
    const length = BLOCK + inner.write(text, BLOCK, 'latin1')
    outer.write(hash('sha256', inner.subarray(0, length), 'latin1'), BLOCK, 'latin1')
    return hash('sha256', outer, 'base64url')
  }
}
