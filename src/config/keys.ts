// Keys and secrets as they stand in a setting: lists of `id:value`, so that one can be replaced while
// the other is still good. No message ever shows one.

export type Role = 'viewer' | 'operator'

export interface AdminKey {
  role: Role
  id: string
  value: string
}

export interface SigningKey {
  id: string
  secret: string
}

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/

export function adminKeys(raw: string): AdminKey[] {
  const keys = raw.split(',').map((entry): AdminKey => {
    const [, role, id, value] = /^(viewer|operator):([^:]*):(.+)$/.exec(entry) ?? []
    if (role === undefined) return { role: 'operator', id: 'default', value: entry }
    if (!KEY_ID.test(id!)) throw new Error('key ids of 1 to 32 letters, digits, - or _')
    return { role: role === 'viewer' ? 'viewer' : 'operator', id: id!, value: value! }
  })
  if (!keys.every((key) => /^[\x21-\x7e]+$/.test(key.value)))
    throw new Error('keys of visible ASCII characters')
  return keys
}

export function signingKeys(raw: string): SigningKey[] {
  const keys = raw.split(',').map((entry) => {
    const at = entry.indexOf(':')
    if (at < 0) return { id: 'default', secret: entry }
    return { id: entry.slice(0, at), secret: entry.slice(at + 1) }
  })
  if (keys.some(({ id, secret }) => !KEY_ID.test(id) || secret === ''))
    throw new Error('id:value pairs, ids of 1 to 32 letters, digits, - or _')
  if (new Set(keys.map((key) => key.id)).size < keys.length) throw new Error('different key ids')
  return keys
}

// Secrets of Standard Webhooks: `whsec_` and the key in base64, or the base64 alone.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
const WEBHOOK_SECRET =
  /^(?:whsec_)?((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/
export const WEBHOOK_KEY_BYTES_MIN = 24

export function webhookKeys(raw: string): SigningKey[] {
  const keys = signingKeys(raw)
  const bytes = keys.map(({ secret }) => Buffer.byteLength(webhookKey(secret), 'base64'))
  if (bytes.some((count) => count < WEBHOOK_KEY_BYTES_MIN))
    throw new Error(`whsec_ and the base64 of at least ${WEBHOOK_KEY_BYTES_MIN} random bytes`)
  return keys
}

// The base64 of a key; empty when there is none.
export const webhookKey = (secret: string): string => WEBHOOK_SECRET.exec(secret)?.[1] ?? ''
