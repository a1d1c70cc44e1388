// The page of measurements says what the result files say.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { measurements } from '../../bench/report/measurements.ts'

test('the page of measurements and its pictures show what the result files say', async () => {
  for (const { file, text } of await measurements()) {
    const kept = await readFile(join(import.meta.dirname, '../..', file), 'utf8')
    assert.equal(text, kept, `${file}: npm run bench -- --scenario S7 writes it again`)
  }
})
