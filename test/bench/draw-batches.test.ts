// The picture of decisions by batch says what was measured last.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { BATCH_PICTURE, batchPicture } from '../../bench/report/draw-batches.ts'

test('the picture of decisions shows what the result files say', async () => {
  const kept = await readFile(join(import.meta.dirname, '../..', BATCH_PICTURE), 'utf8')
  assert.equal(await batchPicture(), kept, 'npm run bench -- --scenario S3 draws it again')
})
