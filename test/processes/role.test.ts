// Which loops that fail take a process from those who need it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EngineError } from '../../src/domain/errors.ts'
import { failing } from '../../src/processes/role.ts'

const loop = (name: string, failure?: unknown) => ({
  name,
  turned: Promise.resolve(),
  failures: () => (failure === undefined ? 0 : 3),
  failure: () => failure,
  stop: async () => {},
})

test('a loop that waits for a place of orders does not make its process unready, and any other does', () => {
  const loops = [
    loop('works'),
    loop('store 1', new EngineError('STORE_UNREACHABLE', { place: '1' })),
    loop('store', new EngineError('STORE_UNREACHABLE')),
    loop('look', new Error('a bug')),
  ]
  assert.deepEqual(failing(loops), ['store', 'look'])
})
