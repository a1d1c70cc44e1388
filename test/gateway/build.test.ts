// Which commit a program says it is.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtempDisposable, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { build } from '../../src/gateway/build.ts'

const COMMIT = '0123456789ab'
const WHOLE = COMMIT.padEnd(40, '0')
const OTHER = 'f'.repeat(40)

const FOLDERS: [string, Record<string, string>, string][] = [
  ['nothing says it', {}, 'unknown'],
  ['the image says it', { COMMIT: `${WHOLE}\n`, '.git/HEAD': OTHER }, COMMIT],
  ['what the image says is no commit', { COMMIT: 'main' }, 'unknown'],
  ['no branch is checked out', { '.git/HEAD': `${WHOLE}\n` }, COMMIT],
  [
    'a branch is, of its own file',
    { '.git/HEAD': 'ref: refs/heads/a/b\n', '.git/refs/heads/a/b': WHOLE },
    COMMIT,
  ],
  [
    'a branch is, of the file of all',
    {
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/packed-refs': `# pack-refs\n${OTHER} refs/heads/xmain\n${WHOLE} refs/heads/main\n`,
    },
    COMMIT,
  ],
  ['a branch without a commit is', { '.git/HEAD': 'ref: refs/heads/main\n' }, 'unknown'],
]

for (const [when, files, wanted] of FOLDERS)
  test(`the build is ${wanted}, where ${when}`, async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'seckill-build-'))
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder.path, name)), { recursive: true })
      await writeFile(join(folder.path, name), text)
    }
    assert.equal(build(folder.path), wanted)
  })

test('git writes its folder as it is read here', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'seckill-build-'))
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder.path, '-c', 'user.name=x', '-c', 'user.email=x@y', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  git('init', '--initial-branch=main')
  git('commit', '--allow-empty', '--message=first')
  const commit = git('rev-parse', 'HEAD').slice(0, 12)
  assert.equal(build(folder.path), commit)
  git('pack-refs', '--all')
  await rm(join(folder.path, '.git/refs/heads/main'), { force: true })
  assert.equal(build(folder.path), commit)
  git('checkout', '--detach')
  assert.equal(build(folder.path), commit)
})
