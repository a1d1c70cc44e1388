// What a reader may rely on and lint cannot see: that both READMEs give the same commands, that the
// documents name what the code has, that files are short, introduced and used, and that dependencies
// are free to use.

import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { suite, test } from 'node:test'
import { SETTINGS } from '../src/config/settings.ts'
import { ABUSE_RULES, type AbuseEvent } from '../src/domain/abuse-rules.ts'
import { OUTCOMES } from '../src/domain/attempt.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const files = (...patterns: string[]) =>
  globSync(patterns, { cwd: ROOT, exclude: ['**/node_modules/**'] }).sort()

const SOURCES = files(
  '{src,audit,test,bench,deploy}/**/*.{ts,js}',
  'web/*.ts',
  'web/{store,console,button}/**/*.{ts,tsx}',
)
const DOCUMENTS = files('*.md', 'docs/**/*.md')

suite('documents', () => {
  test('both READMEs give the same commands', () => {
    const commands = commandsOf(read('README.md'))
    assert(commands.length > 0)
    assert.deepEqual(commandsOf(read('README.zh-CN.md')), commands)
  })

  test('the HTTP document lists every outcome, in order of precedence', () => {
    const table = sectionOf(read('docs/http-api.md'), 'Outcomes of an attempt')
    assert.deepEqual(firstCells(table), [...OUTCOMES])
  })

  test('the data document lists every table and index of SQLite, and no other', () => {
    const migrations = files('src/adapters/sqlite/migrations/*.sql').map(read).join('\n')
    const made = [...migrations.matchAll(/^create (?:unique )?(?:table|index) (\w+)/gm)]
    const document = read('docs/data.md')
    const told = [...document.matchAll(/^(?:### |- index )`(\w+)`/gm)]
    assert.deepEqual(namesOf(told), unique(namesOf(made)))
  })

  test('the data document lists every table and index of MySQL, and no other', () => {
    const migrations = files('src/adapters/mysql/migrations/*.sql').map(read).join('\n')
    const first = migrations.replaceAll('{shard}', '000').replaceAll('{database}', '00')
    const made = [...first.matchAll(/^(?:create table if not exists|  (?:unique )?key) (\w+)/gm)]
    const told = [...read('docs/data.md').matchAll(/^(?:- |  - index )`(\w+)/gm)]
    assert.deepEqual(namesOf(told), namesOf(made))
  })

  test('the operations document lists every setting as it is, and no other', () => {
    const table = sectionOf(read('docs/operations.md'), 'Settings')
    const rows = Object.entries(SETTINGS).map(([name, { fallback, unit, meaning }]) => {
      const shown = fallback === '' ? '' : `\`${fallback}\``
      return `| \`${name}\` | ${shown} | ${unit} | ${meaning} |`
    })
    assert.deepEqual(rowsOf(table), rows)
  })

  test('the operations document lists every rule against abuse as it is, and no other', () => {
    const COUNTS: Record<AbuseEvent, string> = {
      'forged-token': 'forged tokens',
      'too-often': "attempts beyond the buyer's own rate",
      'new-buyer': 'buyers seen for the first time',
    }
    const rows = ABUSE_RULES.map(({ name, counts, of, max, windowMs, leadsTo, forMs }) => {
      const then = leadsTo === 'block' ? 'blocked' : 'suspect'
      const [within, lasts] = [windowMs, forMs].map((ms) => `${ms / 1000} s`)
      return `| \`${name}\` | ${COUNTS[counts]} | ${of} | ${max} | ${within} | ${then} | ${lasts} |`
    })
    assert.deepEqual(rowsOf(sectionOf(read('docs/operations.md'), 'Rules against abuse')), rows)
  })

  test('whatever can be down is tried in tests that are there', () => {
    const section = sectionOf(read('docs/operations.md'), 'When something is down')
    const rows = section.split('\n').filter((line) => /^\| (?!what is down )\w/.test(line))
    assert(rows.length > 10)
    for (const row of rows) {
      const tried = [
        ...row
          .split('|')
          .at(-2)!
          .matchAll(/`([^`]+)`/g),
      ].map(([, name]) => name!)
      assert(tried.length > 0, row)
      for (const name of tried) assert(existsSync(join(ROOT, `test/${name}.test.ts`)), name)
    }
  })

  test('decisions are numbered without a gap and say context, decision and consequences', () => {
    files('docs/decisions/*.md').forEach((file, at) => {
      assert.match(file, new RegExp(`/${String(at + 1).padStart(4, '0')}-`))
      assert.deepEqual(headingsOf(read(file)), ['Context', 'Decision', 'Consequences'], file)
    })
  })

  test('the changelog has an entry for this version', () => {
    const { version } = manifest()
    assert(headingsOf(read('CHANGELOG.md')).some((heading) => heading.startsWith(`[${version}]`)))
  })

  for (const file of DOCUMENTS)
    test(`links of ${file} lead somewhere`, () => {
      const links = [...read(file).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, to]) => to!)
      const dead = links.filter((to) => !existsSync(join(ROOT, dirname(file), to)))
      assert.deepEqual(dead, [])
    })
})

suite('code', () => {
  test('half of all source files have at most 90 lines, and none more than 300', () => {
    const sizes = files('src/**/*.{ts,js,lua}').map((file) => ({ file, lines: linesOf(file) }))
    const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b)
    assert(sorted[Math.floor((sorted.length - 1) / 2)]! <= 90)
    assert.deepEqual(
      sizes.filter(({ lines }) => lines > 300),
      [],
    )
  })

  test('every file opens with one to six lines that say what it is for', () => {
    const all = [...SOURCES, ...files('src/**/*.{sql,lua}')]
    const bare = all.filter((file) => {
      const lines = introductionOf(read(file))
      return lines < 1 || lines > 6
    })
    assert.deepEqual(bare, [])
  })

  test('every file is reached from a command or a test', () => {
    const entries = files(
      'src/cli/**',
      'test/**/*.test.ts',
      'test/support/{servers,install-servers,run-cluster}.ts',
      'test/screenshots/take.ts',
      'test/campaign/run.ts',
      'web/store/{main,solver-worker}.ts',
      'web/console/main.tsx',
      'web/button/seckill-button.ts',
      'web/vite{,.button}.config.ts',
      'bench/*.ts',
      'deploy/alertmanager/phone-hook/phone-hook.ts',
      'deploy/grafana/dashboard.ts',
    )
    const reached = reachedFrom(entries)
    assert.deepEqual(
      SOURCES.filter((file) => !reached.has(file)),
      [],
    )
  })

  test('every folder of src has its direction rule, and every rule its folder', () => {
    const config = read('.oxlintrc.json')
    const ruled = [...config.matchAll(/"src\/(\w+)\/\*/g)].map(([, folder]) => folder!)
    const folders = files('src/*/**/*.ts').map((file) => file.split('/')[1]!)
    assert.deepEqual(unique(ruled), unique(folders))
  })
})

suite('Lua scripts', () => {
  const LINES_MAX = 60
  const WIDTH_MAX = 100
  const FOLDER = 'src/adapters/redis/scripts'
  const SHARED = `${FOLDER}/segment.lua` // begins others, and may be longer: decision 17
  const scripts = files(`${FOLDER}/*.lua`).filter((file) => file !== SHARED)

  // `1 epoch  2 segments, then per order: …`: 1, 2.
  const numbersOf = (text: string, name: string): number[] => {
    const [, list] = new RegExp(`^-- ${name} *((?:.*\\n)(?:--  +\\d+ .*\\n)*)`, 'm').exec(text)!
    return [...list!.matchAll(/(?:^| )(\d+) [a-z]/g)].map(([, number]) => Number(number))
  }

  for (const file of scripts) {
    const text = read(file)
    const code = text.replaceAll(/^--.*\n/gm, '')

    test(`${file} is one short decision and says so`, () => {
      assert.match(text, /^#!lua( flags=[a-z,-]+)?\n-- [A-Z][a-z ]+: /)
      assert(linesOf(file) <= LINES_MAX)
      for (const name of ['KEYS', 'ARGV', 'Returns'])
        assert.equal([...text.matchAll(new RegExp(`^-- ${name}( |$)`, 'gm'))].length, 1, name)
    })

    for (const name of ['KEYS', 'ARGV'])
      test(`${file} takes the ${name} that its header names, each named once`, () => {
        const named = numbersOf(text, name)
        assert.deepEqual(
          named,
          [...named.keys()].map((at) => at + 1),
        )
        const used = [...code.matchAll(new RegExp(`${name}\\[(\\d+)\\]`, 'g'))].map(([, at]) =>
          Number(at),
        )
        assert(Math.max(0, ...used) <= named.length)
        if (name === 'ARGV')
          assert.deepEqual(
            named.filter((at) => !used.includes(at)),
            [],
          )
      })

    test(`${file} names the law where it moves units of an open segment`, () => {
      const moves = /save\(segment,[^)]*'(share|available|returning|held|out)'/.test(code)
      const isOpen = /open_segment\(|state = 'open'|'open', ARGV/.test(code)
      assert.equal(/^-- Keeps /m.test(text), moves && isOpen)
    })
  }

  for (const file of [SHARED, ...scripts])
    test(`no line of ${file} is wider than ${WIDTH_MAX}`, () => {
      const lines = read(file).split('\n')
      assert.deepEqual(
        lines.filter((line) => line.length > WIDTH_MAX),
        [],
      )
    })

  test('every script is loaded, and no other', () => {
    const code = files('src/adapters/redis/**/*.ts').map(read).join('\n')
    const loaded = [...code.matchAll(/(?:segmentS|\bs)cript\('(\w+)'\)/g)].map(([, name]) => name!)
    const there = scripts.map((file) => file.replace(/^.*\/|\.lua$/g, ''))
    assert.deepEqual(loaded.sort(), there)
  })

  test('scripts of one segment take the same keys in the same order', () => {
    const [keys] = /^-- KEYS .*$/m.exec(read(SHARED))!
    const others = scripts.filter(
      (file) => read(file).includes('open_segment(') && !read(file).includes(keys!),
    )
    assert.deepEqual(others, [])
  })
})

suite('dependencies', () => {
  // Licences under which code may be used and passed on with code under Apache-2.0.
  const LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense']

  // And of what only builds or tests, and is passed on with nothing.
  const TOOLS = [...LICENCES, 'MPL-2.0']

  const locked = () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { license?: string; dev?: true }>
    }
    return Object.entries(packages).filter(([name]) => name !== '')
  }

  test('every licence goes together with Apache-2.0', () => {
    const others = locked().filter(
      ([, { dev, license = '' }]) => !(dev ? TOOLS : LICENCES).includes(license),
    )
    assert.deepEqual(others, [])
  })
})

const manifest = () => JSON.parse(read('package.json')) as { version: string }

// The lines of all shell blocks, without comments: those may be in another language.
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^```(?:sh|bash|console)\n(.*?)^```/gms)]
    .flatMap(([, block]) => block!.split('\n'))
    .map((line) => line.replace(/(^|\s+)# .*$/, '').trimEnd())
    .filter((line) => line !== '')

// From a heading to the next one of any level.
const sectionOf = (text: string, heading: string): string => {
  const parts = text.split(/^#+ /m)
  const found = parts.find((part) => part.startsWith(`${heading}\n`))
  assert(found !== undefined, `no section "${heading}"`)
  return found
}

const rowsOf = (table: string): string[] =>
  table.split('\n').filter((line) => line.startsWith('| `'))

const firstCells = (table: string): string[] =>
  rowsOf(table).map((line) => /^\| `([^`]+)`/.exec(line)![1]!)

const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading!)

const namesOf = (matches: RegExpExecArray[]) => matches.map(([, name]) => name!).sort()

const unique = (words: string[]) => [...new Set(words)].sort()

const linesOf = (file: string) => read(file).trimEnd().split('\n').length

// How many comment lines a file opens with, after a `#!` line if it has one. A diagram may follow them
// below an empty one.
const introductionOf = (text: string): number => {
  const lines = text.replace(/^#!.*\n/, '').split('\n')
  const end = lines.findIndex((line) => !/^(?:\/\/|--) ?\S/.test(line))
  return end === -1 ? lines.length : end
}

// Follows every quoted path to another source file: imports of all kinds and programs started.
const reachedFrom = (entries: string[]): Set<string> => {
  const reached = new Set(entries)
  for (const file of reached) {
    if (!/\.(tsx?|js)$/.test(file)) continue
    for (const [, path] of read(file).matchAll(/['"`]([\w./-]+\.(?:tsx?|js))['"`]/g)) {
      const from = join(ROOT, dirname(file), path!)
      const target = relative(ROOT, existsSync(from) ? from : join(ROOT, path!))
      if (SOURCES.includes(target)) reached.add(target)
    }
  }
  return reached
}
