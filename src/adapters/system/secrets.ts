// The secrets of a development installation: made once, kept in the data folder for its owner alone.
// Production never comes here; it gets its secrets from the settings. Never log what is in it.

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface GeneratedSecrets {
  adminKey: string
  signingSecret: string
}

// The data folder must exist. Throws when the file is there and cannot be read.
export const generatedSecrets = (folder: string): GeneratedSecrets => {
  const file = join(folder, 'secrets.json')
  if (existsSync(file)) return readSecrets(file)
  const made = { adminKey: randomSecret(), signingSecret: randomSecret() }
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(fresh, file)
  return made
}

const randomSecret = () => randomBytes(32).toString('base64url')

const readSecrets = (file: string): GeneratedSecrets => {
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const { adminKey, signingSecret } = (read ?? {}) as Partial<GeneratedSecrets>
  if (!adminKey || !signingSecret)
    throw new Error(`${file} is damaged: restore it, or delete it to have new secrets made`)
  return { adminKey, signingSecret }
}
