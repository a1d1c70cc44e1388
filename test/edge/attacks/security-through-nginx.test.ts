// X1 to X11 through the edge: the files of test/security, each in a process of its own, with a real nginx
// between them and what they attack. Where an edge answers otherwise than a gateway, the file says so.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { suite, test } from 'node:test'
import { promisify } from 'node:util'
import { needsNginx } from '../../support/needs-nginx.ts'

const FOLDER = join(import.meta.dirname, '../../security')

// They ask nobody, or ask others than a gateway.
const NOT_ASKING = ['x8-webhooks', 'x10-dependencies']

// Of these, what a browser does with headers is not the edge's, as long as the headers are the same.
const ONLY: Record<string, string> = { 'x9-pages': 'X9 what is answered' }

const files = globSync('x*.test.ts', { cwd: FOLDER })
  .map((file) => basename(file, '.test.ts'))
  .filter((name) => !NOT_ASKING.includes(name))
  .sort()

// It measures what is done at once, so nothing else of this is.
const ALONE = 'x11-log-in'

suite('through nginx, with nothing beside it,', needsNginx(), () => {
  test(`${ALONE} holds`, () => passes(ALONE))
})

suite('through nginx', { ...needsNginx(), concurrency: 2 }, () => {
  for (const name of files.filter((one) => one !== ALONE)) test(`${name} holds`, () => passes(name))

  test('every row is tried that asks anything', () => {
    const rows = new Set(files.map((name) => /^x\d+/.exec(name)![0]))
    for (const row of [1, 2, 3, 4, 5, 6, 7, 9, 11]) assert(rows.has(`x${row}`), `X${row}`)
  })
})

const passes = async (name: string) => {
  const only = ONLY[name] === undefined ? [] : [`--test-name-pattern=${ONLY[name]}`]
  const file = join(FOLDER, `${name}.test.ts`)
  // Without that variable the child would take itself for a part of this run, and try nothing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const told = { env: { ...env, SECKILL_TEST_EDGE: 'nginx' }, maxBuffer: 64 << 20 }
  const reporter = ['--test-reporter=tap']
  const run = promisify(execFile)(process.execPath, ['--test', ...reporter, ...only, file], told)
  const { stdout } = await run.catch((error: Error & { stdout?: string; stderr?: string }) =>
    assert.fail([error.message, error.stdout, error.stderr].join('\n')),
  )
  const [, count] = /^# pass (\d+)$/m.exec(stdout)!
  assert(Number(count) > 0, `${name} tried nothing: ${stdout}`)
}
