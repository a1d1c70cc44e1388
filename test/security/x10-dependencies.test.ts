// X10: what others wrote is exactly what was looked at. Every dependency is pinned, locked with a
// checksum and known by name, none runs anything while it is installed, and a known vulnerability fails
// `.ci/run`.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { suite, test } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

type Versions = Record<string, string>

interface Manifest {
  dependencies: Versions
  devDependencies: Versions
  optionalDependencies: Versions
  scripts?: Versions
}

interface Locked {
  version: string
  integrity?: string
  hasInstallScript?: boolean
}

const manifest = JSON.parse(read('package.json')) as Manifest
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
const { '': root, ...locked } = lock.packages
const { dependencies, devDependencies, optionalDependencies } = manifest
const all: Versions = { ...dependencies, ...devDependencies, ...optionalDependencies }

// Its modules are those of that program.
const RUN_BY_K6 = 'bench/tools/attempts.js'

suite('X10 every dependency', () => {
  test('is pinned to one version', () => {
    const loose = Object.entries(all).filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range))
    assert.deepEqual(loose, [])
    assert.equal(new Set(Object.values(optionalDependencies)).size, 1, 'one version of Node')
  })

  test('is in the lock file as package.json has it, and everything there has a checksum', () => {
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'] as const)
      assert.deepEqual((root as unknown as Manifest)[kind], manifest[kind])
    for (const [name, version] of Object.entries(all))
      assert.equal(locked[`node_modules/${name}`]?.version, version, name)
    const unsealed = Object.entries(locked).filter(
      ([, { integrity = '' }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity),
    )
    assert.deepEqual(unsealed, [])
  })

  test('comes from no registry in particular', () => {
    assert.doesNotMatch(read('package-lock.json'), /"resolved":|\bregistry\./)
  })

  test('runs nothing while it is installed', () => {
    const named = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript)
    assert.deepEqual(named, [])
    const hooks = ['preinstall', 'install', 'postinstall']
    const installed = Object.keys(locked).filter((path) => existsSync(join(ROOT, path)))
    assert(installed.length > 50)
    for (const path of installed) {
      const { scripts = {} } = JSON.parse(read(`${path}/package.json`)) as Partial<Manifest>
      assert.deepEqual(
        Object.keys(scripts).filter((name) => hooks.includes(name)),
        [],
        path,
      )
      assert(!existsSync(join(ROOT, path, 'binding.gyp')), path)
    }
    assert.deepEqual(
      Object.keys(manifest.scripts!).filter((name) => hooks.includes(name)),
      [],
    )
  })

  test('that is imported is named in package.json, those of the program not only for tests', () => {
    const files = globSync('{src,client,web,audit,bench,test}/**/*.{ts,tsx,js}', {
      cwd: ROOT,
    }).filter((file) => !file.includes('/dist/') && file !== RUN_BY_K6)
    assert(files.length > 200)
    for (const file of files) {
      const isProgram = /^(src|audit)\//.test(file) // what browsers get is bundled when it is built
      const known = Object.keys(isProgram ? dependencies : all)
      const names = [...read(file).matchAll(/\b(?:from |import |import\()'(@?[\w-][\w./:-]*)'/g)]
        .map(([, name]) => /^(@[^/]+\/)?[^/]+/.exec(name!)![0])
        .filter((name) => !name.startsWith('node:'))
      const unknown = names.filter((name) => !known.includes(name))
      assert.deepEqual(unknown, [], file)
      assert.deepEqual(
        names.filter((name) => builtinModules.includes(name)),
        [],
        file,
      )
    }
  })
})

suite('X10 npm audit', () => {
  // What the script makes of an npm that says this and ends so.
  const audited = async (report: string, code: number) => {
    const folder = await mkdtemp(join(tmpdir(), 'seckill-npm-'))
    const npm = join(folder, 'npm')
    await writeFile(npm, `#!/bin/sh\ncat <<'END'\n${report}\nEND\nexit ${code}\n`)
    await chmod(npm, 0o755)
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` }
    const ended = await new Promise<{ code: unknown; said: string }>((resolve) => {
      execFile('bash', [join(ROOT, '.ci/audit')], { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, said: stdout + stderr }),
      )
    })
    await rm(folder, { recursive: true })
    return ended
  }

  test('fails what decides about a change when it finds something, and only then', async () => {
    const found = await audited('{"auditReportVersion":2,"vulnerabilities":{"left-pad":{}}}', 1)
    assert.equal(found.code, 1)
    assert.match(found.said, /left-pad/)
    const clean = await audited('{"auditReportVersion":2,"vulnerabilities":{}}', 0)
    assert.deepEqual(clean, { code: 0, said: '' })
    const refused = await audited('{"statusCode":405,"error":{"summary":""}}', 1)
    assert.equal(refused.code, 0)
    assert.match(refused.said, /^not run: /)
    assert.match(read('.ci/run'), /^step \d+ bash \.ci\/audit$/m)
  })
})
