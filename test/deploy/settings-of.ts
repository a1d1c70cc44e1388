// A file of settings as kustomize reads it: one a line.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KUBERNETES } from './manifests.ts'

export const settingsOf = (file: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(join(KUBERNETES, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('=') as [string, string]),
  )
