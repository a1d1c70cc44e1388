// The secrets of a development installation: made once, kept in the data folder for its owner alone.
// One that an older program did not know yet is made and added; those that are there never change.
// Production never comes here; it gets its secrets from the settings. Never log what is in it.

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface GeneratedSecrets {
  adminKey: string
  signingSecret: string
  paymentSecret: string
}

// The data folder must exist. Throws when the file is there and cannot be read.
export const generatedSecrets = (folder: string): GeneratedSecrets => {
  const file = join(folder, 'secrets.json')
  const kept = existsSync(file) ? readSecrets(file) : {}
  const secrets = {
    adminKey: kept.adminKey ?? randomSecret(),
    signingSecret: kept.signingSecret ?? randomSecret(),
    paymentSecret: kept.paymentSecret ?? `whsec_${randomBytes(32).toString('base64')}`,
  }
  if (kept.paymentSecret === undefined) write(file, { ...kept, ...secrets })
  return secrets
}

const randomSecret = () => randomBytes(32).toString('base64url')

// The first two were always there: without them the file is damaged, not old. What is in it is not
// shown.
const readSecrets = (file: string): Partial<GeneratedSecrets> => {
  const secrets = parsed(readFileSync(file, 'utf8'))
  if (!secrets?.adminKey || !secrets.signingSecret)
    throw new Error(`${file} is damaged: restore it, or delete it to have new secrets made`)
  return secrets
}

const parsed = (text: string): Partial<GeneratedSecrets> | undefined => {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    return undefined
  }
}

const write = (file: string, secrets: GeneratedSecrets) => {
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(fresh, file)
}
