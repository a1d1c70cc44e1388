// Lint is only as good as the rules that fire. Each row is a file that breaks one rule of .oxlintrc.json;
// all of them are written into a temporary tree, the linter runs once, and must refuse every one.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { appendFile, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'

const ROOT = join(import.meta.dirname, '..')

const IMPORTS = 'eslint(no-restricted-imports)'
const GLOBALS = 'eslint(no-restricted-globals)'
const PROPERTIES = 'eslint(no-restricted-properties)'

// Direction: a file in the first place may not import the second.
const FORBIDDEN_IMPORTS: [file: string, imported: string][] = [
  ['src/domain/a.ts', '../ports/x.ts'],
  ['src/domain/b.ts', 'node:fs'],
  ['src/domain/c.ts', 'pino'],
  ['src/ports/a.ts', '../attempt/x.ts'],
  ['src/ports/b.ts', '../adapters/sqlite/x.ts'],
  ['src/ports/c.ts', 'node:assert/strict'],
  ['src/attempt/a.ts', '../flows/orders/x.ts'],
  ['src/attempt/b.ts', '../adapters/sqlite/x.ts'],
  ['src/attempt/c.ts', '../gateway/x.ts'],
  ['src/attempt/d.ts', '../config.ts'],
  ['src/attempt/e.ts', 'node:timers/promises'],
  ['src/attempt/f.ts', 'fastify'],
  ['src/flows/orders/a.ts', '../../attempt/x.ts'],
  ['src/flows/orders/b.ts', '../../adapters/sqlite/x.ts'],
  ['src/flows/orders/c.ts', '../../workers/x.ts'],
  ['src/flows/orders/d.ts', 'node:http'],
  ['src/adapters/sqlite/a.ts', '../system/x.ts'],
  ['src/adapters/sqlite/b.ts', '../../flows/orders/x.ts'],
  ['src/adapters/sqlite/c.ts', '../../attempt/x.ts'],
  ['src/adapters/sqlite/d.ts', '../../workers/x.ts'],
  ['src/adapters/sqlite/e.ts', '../../config.ts'],
  ['src/adapters/sqlite/stock/a.ts', '../../system/x.ts'],
  ['src/adapters/sql/a.ts', '../mysql/x.ts'],
  ['src/adapters/sqlite/stock/b.ts', '../../../flows/orders/x.ts'],
  ['src/gateway/a.ts', '../adapters/sqlite/x.ts'],
  ['src/gateway/b.ts', '../workers/x.ts'],
  ['src/gateway/c.ts', '../processes/x.ts'],
  ['src/gateway/routes/a.ts', '../../adapters/sqlite/x.ts'],
  ['src/gateway/routes/b.ts', '../../processes/x.ts'],
  ['src/workers/a.ts', '../adapters/sqlite/x.ts'],
  ['src/workers/b.ts', '../gateway/x.ts'],
  ['src/load/a.ts', '../attempt/x.ts'],
  ['src/load/buyers/a.ts', '../../attempt/x.ts'],
  ['src/load/buyers/b.ts', '../../config.ts'],
  ['src/processes/a.ts', '../adapters/sqlite/x.ts'],
  ['src/processes/b.ts', '../cli/x.ts'],
  ['src/processes/c.ts', 'node:process'],
  ['src/cli/a.ts', '../adapters/sqlite/x.ts'],
  ['src/cli/b.ts', '../flows/orders/x.ts'],
  ['src/config.ts', './gateway/x.ts'],
  ['client/a.ts', '../src/domain/x.ts'],
  ['client/examples/a.ts', '../../src/domain/x.ts'],
  ['audit/a.ts', '../src/domain/x.ts'],
  ['audit/promises/a.ts', '../../src/domain/x.ts'],
  ['web/store/a.ts', '../../src/domain/x.ts'],
  ['web/store/b.ts', 'node:fs'],
  ['web/console/a.ts', '../store/x.ts'],
  ['web/console/sales/a.ts', '../../store/x.ts'],
  ['src/plan/a.ts', '../attempt/x.ts'],
  ['src/plan/b.ts', 'node:fs'],
  ['src/plan/simulation/a.ts', '../../config.ts'],
]

const ALLOWED_IMPORTS: [file: string, imported: string][] = [
  ['src/domain/ok.ts', './x.ts'],
  ['src/domain/ok2.ts', 'node:assert/strict'],
  ['src/ports/ok.ts', '../domain/x.ts'],
  ['src/attempt/ok.ts', '../ports/x.ts'],
  ['src/flows/orders/ok.ts', '../stock/x.ts'],
  ['src/flows/orders/ok2.ts', '../../ports/x.ts'],
  ['src/adapters/sqlite/ok.ts', '../../ports/x.ts'],
  ['src/adapters/sqlite/ok2.ts', 'node:sqlite'],
  ['src/adapters/sqlite/stock/ok.ts', '../../../ports/x.ts'],
  ['src/adapters/sqlite/stock/ok2.ts', '../database.ts'],
  ['src/adapters/sqlite/ok3.ts', '../sql/x.ts'],
  ['src/adapters/sqlite/stock/ok3.ts', '../../sql/x.ts'],
  ['src/adapters/kafka/ok.ts', '../bell.ts'],
  ['src/gateway/ok.ts', '../attempt/x.ts'],
  ['src/gateway/routes/ok.ts', '../x.ts'],
  ['src/workers/ok.ts', '../flows/orders/x.ts'],
  ['src/processes/wire.ts', '../adapters/sqlite/x.ts'],
  ['src/processes/wire/sqlite.ts', '../../adapters/sqlite/x.ts'],
  ['src/load/ok.ts', '../domain/x.ts'],
  ['src/load/buyers/ok.ts', '../../domain/x.ts'],
  ['src/load/buyers/ok2.ts', '../counts/x.ts'],
  ['src/load/buyers/ok3.ts', '../clocks.ts'],
  ['src/cli/ok.ts', '../processes/x.ts'],
  ['src/cli/ok2.ts', '../load/x.ts'],
  ['audit/ok.ts', 'node:sqlite'],
  ['audit/promises/ok.ts', '../x.ts'],
  ['web/store/ok.ts', './x.ts'],
  ['web/console/ok.ts', './sales/x.ts'],
  ['web/console/sales/ok.ts', '../pieces/x.ts'],
  ['src/plan/ok.ts', '../domain/x.ts'],
  ['src/plan/simulation/ok.ts', '../roles.ts'],
]

const CORE = ['src/domain', 'src/attempt', 'src/flows/stock']

const FORBIDDEN_CODE: [file: string, source: string, rule: string][] = [
  ...CORE.flatMap((folder): [string, string, string][] => [
    [`${folder}/now.ts`, 'export const nowMs = Date.now()', GLOBALS],
    [`${folder}/date.ts`, 'export const at = new globalThis.Date()', GLOBALS],
    [`${folder}/chance.ts`, 'export const chance = Math.random()', PROPERTIES],
    [`${folder}/timer.ts`, 'setTimeout(() => undefined, 1)', GLOBALS],
    [`${folder}/environment.ts`, 'export const port = process.env.PORT', GLOBALS],
  ]),
  ['src/gateway/environment.ts', 'export const port = process.env.PORT', PROPERTIES],
  ['src/workers/environment.ts', 'export const { env } = process', PROPERTIES],
  ['src/gateway/print.ts', "console.log('')", 'eslint(no-console)'],
  ['web/store/markup.ts', "export const a = { innerHTML: '' }.innerHTML", PROPERTIES],
  ['src/gateway/default.ts', 'export default 1', 'import(no-default-export)'],
  ['src/gateway/any.ts', 'export const a: any = 1', 'typescript(no-explicit-any)'],
  ['src/gateway/barrel.ts', "export * from './cycle-a.ts'", 'oxc(no-barrel-file)'],
  ['src/gateway/equal.ts', 'export const is = (a: number) => a == 1', 'eslint(eqeqeq)'],
  ['src/gateway/long.ts', '// line\n'.repeat(301), 'eslint(max-lines)'],
  ['test/long.test.ts', '// line\n'.repeat(401), 'eslint(max-lines)'],
  [
    'src/gateway/function.ts',
    `export const f = () => {\n${'  globalThis.name\n'.repeat(50)}}`,
    'eslint(max-lines-per-function)',
  ],
  [
    'src/gateway/floating.ts',
    'const f = async () => 1\nexport const g = () => {\n  f()\n}',
    'typescript(no-floating-promises)',
  ],
  [
    'src/gateway/switch.ts',
    "export const f = (a: 'x' | 'y') => {\n  switch (a) {\n    case 'x':\n      return 1\n  }\n}",
    'typescript(switch-exhaustiveness-check)',
  ],
  [
    'src/gateway/import-type.ts',
    "export type X = import('../adapters/sqlite/x.ts').X",
    'typescript(consistent-type-imports)',
  ],
  [
    'src/gateway/cycle-a.ts',
    "import { b } from './cycle-b.ts'\nexport const a = (): number => b()",
    'import(no-cycle)',
  ],
  [
    'src/gateway/cycle-b.ts',
    "import { a } from './cycle-a.ts'\nexport const b = (): number => a()",
    'import(no-cycle)',
  ],
]

const ALLOWED_CODE: [file: string, source: string, rule: string][] = [
  ['src/config.ts', 'export const port = process.env.PORT', PROPERTIES],
  ['src/cli/print.ts', "console.log('')", 'eslint(no-console)'],
  [
    'test/runner.test.ts',
    "import { test } from 'node:test'\ntest('a claim', () => undefined)",
    'typescript(no-floating-promises)',
  ],
]

const importOf = (imported: string) => `export { x } from '${imported}'\n`

suite('lint', () => {
  let found: Set<string>
  let tree: string

  before(async () => {
    tree = await mkdtemp(join(tmpdir(), 'seckill-lint-'))
    await cp(join(ROOT, '.oxlintrc.json'), join(tree, '.oxlintrc.json'))
    await cp(join(ROOT, 'tsconfig.json'), join(tree, 'tsconfig.json'))
    await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'))
    for (const [file, imported] of [...FORBIDDEN_IMPORTS, ...ALLOWED_IMPORTS])
      await write(join(tree, file), importOf(imported))
    for (const [file, source] of [...FORBIDDEN_CODE, ...ALLOWED_CODE])
      await write(join(tree, file), `${source}\n`)
    found = await lint(tree)
  })

  after(() => rm(tree, { recursive: true }))

  for (const [file, imported] of FORBIDDEN_IMPORTS)
    test(`${dirname(file)} may not import ${imported}`, () => {
      assert(found.has(`${file} ${IMPORTS}`))
    })

  for (const [file, imported] of ALLOWED_IMPORTS)
    test(`${dirname(file)} may import ${imported}`, () => {
      assert(!found.has(`${file} ${IMPORTS}`))
    })

  for (const [file, , rule] of FORBIDDEN_CODE)
    test(`${rule} refuses ${file}`, () => {
      assert(found.has(`${file} ${rule}`))
    })

  for (const [file, , rule] of ALLOWED_CODE)
    test(`${rule} lets ${file} pass`, () => {
      assert(!found.has(`${file} ${rule}`))
    })
})

const write = async (file: string, source: string) => {
  await mkdir(dirname(file), { recursive: true })
  await appendFile(file, source)
}

// `file rule` of everything the linter refuses in this tree.
const lint = async (tree: string): Promise<Set<string>> => {
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint')
  const { promise, resolve } = Promise.withResolvers<string>()
  execFile(
    process.execPath,
    [oxlint, '--format=json', 'src', 'client', 'web', 'audit', 'test'],
    { cwd: tree, maxBuffer: 64 << 20, timeout: 60_000 },
    (_, stdout) => resolve(stdout),
  )
  const { diagnostics } = JSON.parse(await promise) as {
    diagnostics: { filename: string; code: string }[]
  }
  return new Set(diagnostics.map(({ filename, code }) => `${filename} ${code}`))
}
