// Keys for one purpose, made of those in SECKILL_SECRET: what is signed for one purpose is worth nothing for
// another, and nobody has to keep more secrets. Ids and order stay, so that all are replaced together.

import { createHmac } from 'node:crypto'
import type { SigningKey } from '../config/keys.ts'

export type KeyLabel = 'challenge' | 'challenge-pass'

export const labelledKeys = (keys: SigningKey[], label: KeyLabel): SigningKey[] =>
  keys.map(({ id, secret }) => ({
    id,
    secret: createHmac('sha256', secret).update(`seckill ${label}`).digest('hex'),
  }))
