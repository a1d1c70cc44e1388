// The client as it leaves the repository: JavaScript with declarations, where Node takes no TypeScript from.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { promisify } from 'node:util'
import { startEngine } from '../support/engine.ts'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)

const MODULE = 'seckill-client/seckill-client.js'

const BUY = `
import { seckillClient } from '${MODULE}'
const [baseUrl, saleId, purchaseToken] = process.argv.slice(2)
const { outcome, orderId } = await seckillClient({ baseUrl }).buy({ saleId, purchaseToken })
console.log(outcome, orderId)
`

const TYPED = `
import { seckillClient } from '${MODULE}'
const client = seckillClient({ baseUrl: '' })
const answer = await client.sale('7')
export const price: number | undefined = answer.ok ? answer.body.price : undefined
export const { outcome } = await client.buy({ saleId: '7', purchaseToken: async () => 'a token' })
export const isSoldOut: boolean = outcome === 'sold-out'
// @ts-expect-error there is no such outcome
export const isNothing: boolean = outcome === 'sold'
`

const TYPES = {
  compilerOptions: {
    noEmit: true,
    strict: true,
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2022', 'dom'],
    types: [],
  },
}

suite('the client that npm run build emits', () => {
  let folder: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seckill-client-'))
    const installed = join(folder, 'node_modules/seckill-client')
    await cp(join(ROOT, 'client/dist'), installed, { recursive: true })
    await writeFile(join(installed, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder, 'buy.js'), BUY)
    await writeFile(join(folder, 'typed.ts'), TYPED)
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TYPES))
  })

  after(() => rm(folder, { recursive: true }))

  test('buys in plain Node, from a folder of its own', async () => {
    await using engine = await startEngine()
    const saleId = await engine.sale()
    const [token] = await engine.tokens(saleId, ['7'])
    const { stdout } = await run(
      process.execPath,
      [join(folder, 'buy.js'), engine.url, saleId, token!],
      { timeout: 20_000 },
    )
    assert.match(stdout, /^accepted \d+\n$/)
  })

  test('brings its types along', async () => {
    await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder], { timeout: 60_000 }).catch(
      ({ stdout }: { stdout: string }) => assert.fail(stdout),
    )
  })
})
