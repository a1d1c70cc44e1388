// Which commands the program has, by its own help.

import assert from 'node:assert/strict'
import { seckill } from '../support/cli.ts'

export const commandNames = async (): Promise<string[]> => {
  const { stdout } = await seckill(['--help'])
  const [, commands] = stdout.split('Commands:\n')
  const names = [...commands!.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name!)
  assert(names.length > 5)
  return names
}
