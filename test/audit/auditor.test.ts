// The auditor as a program: what it prints, its exit codes, and what it refuses to read.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Verdict } from '../../audit/audit-sale.ts'
import {
  ANSWERS,
  answer,
  ENGINE,
  ORDER,
  SALE,
  type SmallBook,
  smallBook,
  T0,
  UNKNOWN,
} from './small-book.ts'

const AUDITOR = fileURLToPath(new URL('../../audit/auditor.ts', import.meta.url))

const run = (...args: string[]) =>
  spawnSync(process.execPath, [AUDITOR, ...args], { encoding: 'utf8' })

const logOf = (book: SmallBook, lines: unknown[]): string => {
  const file = join(book.folder, 'answers.jsonl')
  writeFileSync(
    file,
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  )
  return file
}

const engineFile = (book: SmallBook, said: object = ENGINE): string => {
  const file = join(book.folder, 'engine.json')
  writeFileSync(file, JSON.stringify(said))
  return file
}

test('a clean book prints every promise as held and exits 0', async () => {
  using book = smallBook()
  const { status, stdout, stderr } = run(
    '--database',
    book.databaseFile,
    '--answers',
    logOf(book, ANSWERS),
    '--sale',
    SALE,
    '--engine',
    engineFile(book),
  )
  assert.equal(stderr, '')
  assert.equal(status, 0)
  assert.match(stdout, /home +total 10 +available 6 /)
  for (const name of ['P1', 'P2', 'P3', 'P4', 'P5', 'P7'])
    assert.match(stdout, new RegExp(`^  ${name} .*holds$`, 'm'))
  assert.match(stdout, /^all hold$/m)
})

test('a violation is printed under its promise and exits 1', async () => {
  using book = smallBook()
  const lost = answer({ buyerId: '8', orderId: UNKNOWN, at: T0 + 50 })
  const log = logOf(book, [...ANSWERS, lost])
  const { status, stdout } = run('--database', book.databaseFile, '--answers', log, '--sale', '7')
  assert.equal(status, 1)
  assert.match(stdout, /P2 .*1 violation\n +order 435601000000000009 was answered accepted/)
})

test('--json prints the verdict as one object', async () => {
  using book = smallBook()
  const { status, stdout } = run('--database', book.databaseFile, '--json')
  const verdict = JSON.parse(stdout) as Verdict
  assert.equal(status, 0)
  const expected = await book.audit({ answers: undefined, engines: {} })
  assert.deepEqual(verdict, JSON.parse(JSON.stringify(expected)))
})

test('--must-rest turns a wait into a violation', async () => {
  using book = smallBook()
  book.database.exec(
    `insert into tasks (order_id, sale_id, buyer_id) values (${ORDER.expired}, 7, 4)`,
  )
  const calm = run('--database', book.databaseFile)
  assert.equal(calm.status, 0)
  assert.match(calm.stdout, /P5 .*not at rest: 1 in tasks/)
  assert.equal(run('--database', book.databaseFile, '--must-rest').status, 1)
})

test('what the engine said is refused when it is not the answer of the audit endpoint', async () => {
  using book = smallBook()
  for (const [said, why] of [
    [{ ...ENGINE, held: '4' }, 'held is not a whole number'],
    [{ ...ENGINE, engine: 1 }, 'is not the answer of the audit endpoint'],
    [7, 'is not the answer of the audit endpoint'],
  ] as const) {
    const engine = engineFile(book, said as object)
    const { status, stderr } = run(
      '--database',
      book.databaseFile,
      '--sale',
      SALE,
      '--engine',
      engine,
    )
    assert.equal(status, 2)
    assert.match(stderr, new RegExp(`${why}\\n$`))
  }
  assert.equal(run('--database', book.databaseFile, '--engine', engineFile(book)).status, 2)
})

test('a bad line in the log is refused with its number', async () => {
  using book = smallBook()
  for (const { bad, says } of [
    { bad: '{"at":1', says: 'not a JSON object' },
    { bad: '[]', says: 'at is not epoch milliseconds' },
    { bad: { ...ANSWERS[0], sentAt: T0 + 99_999 }, says: 'sentAt is after at' },
    { bad: { ...ANSWERS[0], buyerId: 1 }, says: 'buyerId is not a decimal string' },
    { bad: { ...ANSWERS[0], outcome: 'acepted' }, says: 'no attempt is answered acepted' },
    { bad: { ...ANSWERS[0], outcome: 'accepted' }, says: 'attempt accepted names no orderId' },
    { bad: { ...ANSWERS[0], kind: 'refund' }, says: 'kind is not attempt, order or cancel' },
    { bad: { ...ANSWERS[0], price: '1' }, says: 'price is not a whole number' },
  ]) {
    const log = logOf(book, [ANSWERS[0], ANSWERS[1], bad, ANSWERS[2]])
    const { status, stdout, stderr } = run('--database', book.databaseFile, '--answers', log)
    assert.equal(stderr, `${log} line 3: ${says}\n`)
    assert.deepEqual([status, stdout], [2, ''])
  }
})

test('what cannot be read is one line and exit code 2', async () => {
  using book = smallBook()
  const nowhere = join(book.folder, 'nowhere')
  const junk = join(book.folder, 'junk.db')
  writeFileSync(junk, 'x'.repeat(5000))
  for (const { args, says } of [
    { args: [], says: /^usage: / },
    { args: ['--databse', 'x'], says: /Unknown option '--databse'.*usage: / },
    { args: ['--database', nowhere], says: /nowhere cannot be read as a seckill database/ },
    { args: ['--database', junk], says: /file is not a database/ },
    { args: ['--database', book.databaseFile, '--sale', 'x'], says: /--sale x is not an id/ },
    { args: ['--database', book.databaseFile, '--sale', '9'], says: /has no sale 9/ },
    {
      args: ['--database', book.databaseFile, '--answers', nowhere],
      says: /cannot be opened as a log/,
    },
    {
      args: ['--database', book.databaseFile, '--answers', book.folder],
      says: /cannot be read as a log/,
    },
  ]) {
    const { status, stdout, stderr } = run(...args)
    assert.match(stderr, says)
    assert.equal(stderr.trimEnd().split('\n').length, 1)
    assert.deepEqual([status, stdout], [2, ''])
  }
})

test('answers given as a list are checked like lines', async () => {
  using book = smallBook()
  const answers = [ANSWERS[0]!, { ...ANSWERS[1]!, orderId: undefined }]
  await assert.rejects(book.audit({ answers }), {
    message: 'answer 2: attempt accepted names no orderId',
  })
})
