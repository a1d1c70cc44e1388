// X7: nothing secret is in the repository: no key of any kind, nothing that looks like one, and nobody's
// address.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')

const FORMS = {
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'a webhook secret': /whsec_[A-Za-z0-9+/]{32}/,
  'a signed token': /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}/,
  'a purchase token': /\bv1\.[\w-]{16,}\.[\w-]{43}\b/,
  'a challenge pass': /\bc1\.[\w-]{16,}\.[\w-]{43}\b/,
  'a key of a provider':
    /\b(AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|xox[abp]-[\w-]{10,}|sk_live_\w{16,})/,
}

// In bits a letter. Text and names of code have less than 4, random base64 has about 5.
const disorder = (text: string): number => {
  const counts = Map.groupBy(text, (letter) => letter).values()
  const shares = [...counts].map((same) => same.length / text.length)
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0)
}

const looksRandom = (word: string) =>
  /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word) && disorder(word) > 4

// Loopback, private networks, and those that are kept free for documents.
const NOBODYS_ADDRESS = new RegExp(
  [
    String.raw`^(0|10|127|2[2-5]\d)\.`,
    String.raw`^(172\.(1[6-9]|2\d|3[01])|192\.0\.[02]|192\.88\.99|192\.168)\.`,
    String.raw`^(100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|198\.1[89]|198\.51\.100|203\.0\.11[34])\.`,
    // Next to some of those, and what everybody knows.
    String.raw`^(11\.0\.0\.0|100\.63\.255\.255|100\.128\.0\.0|172\.15\.255\.255|172\.32\.0\.0)$`,
    String.raw`^(1\.1\.1\.1|8\.8\.8\.8|168\.63\.129\.16)$`,
  ].join('|'),
)

suite(
  'X7 the repository holds',
  { skip: !existsSync(join(ROOT, '.git')) && 'no repository' },
  () => {
    const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' })
      .split('\n')
      .filter((file) => file !== '' && !/\.(png|ico|woff2)$|^package-lock\.json$/.test(file))
      .filter((file) => existsSync(join(ROOT, file)))
      .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }))

    test('nothing that has the form of a key', () => {
      assert(files.length > 200)
      for (const { file, text } of files)
        for (const [what, form] of Object.entries(FORMS))
          assert.doesNotMatch(text, form, `${file} holds ${what}`)
    })

    test('outside of tests nothing that looks random, and nothing hexadecimal but commits', () => {
      for (const { file, text } of files.filter((one) => !one.file.startsWith('test/'))) {
        const words = text.match(/[A-Za-z0-9+/_=-]{32,}/g) ?? []
        assert.deepEqual(words.filter(looksRandom), [], file)
        if (file.startsWith('bench/results/')) continue
        assert.deepEqual(text.match(/\b(?=\w*\d)[0-9a-f]{32,}\b/g) ?? [], [], file)
      }
    })

    test('no address of anybody', () => {
      for (const { file, text } of files) {
        const found = text.match(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d./])/g) ?? [] // not of networks
        const somebodys = found.filter((address) => !NOBODYS_ADDRESS.test(address))
        assert.deepEqual(somebodys, [], file)
      }
    })
  },
)
