// A flame graph says of each function its share of the samples, and nothing of the machine.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frameName } from '../../bench/flame/frame-name.ts'
import { flamePicture } from '../../bench/flame/picture.ts'
import { latestOf } from '../../bench/flame/recording.ts'
import { type Stack, stacksOf } from '../../bench/flame/stacks.ts'

const nameOf = (symbol: string) => frameName(symbol, { isKernel: false })

// As perf writes it: the innermost frame first, samples apart by an empty line.
const sample = (...frames: string[]) =>
  frames.map((frame, at) => `\t    55d0c0ffe${at} ${frame}\n`).join('') + '\n'

const ANSWER = `JS:*'answer file:///home/somebody/seckill/src/gateway/attempt-route.ts:57:20`

test('a JavaScript frame is called by function and file, whatever compiled it', () => {
  const expected = { name: 'answer src/gateway/attempt-route.ts:57', owner: 'engine' }
  for (const tier of ['*', '~', '+', '^', 'o*'])
    assert.deepEqual(nameOf(ANSWER.replace('*', tier)), expected)
  assert.deepEqual(nameOf('JS:+ node:internal/timers:525:28'), {
    name: 'node:internal/timers:525',
    owner: 'node',
  })
  assert.deepEqual(nameOf(`JS:* /opt/x/node_modules/pino/lib/proto.js:9:1`), {
    name: 'pino/lib/proto.js:9',
    owner: 'packages',
  })
})

test('a native frame is called without its types, a builtin without its prefix', () => {
  assert.deepEqual(nameOf('Builtins_RunMicrotasks'), { name: 'RunMicrotasks', owner: 'v8' })
  assert.deepEqual(nameOf('v8::internal::(anonymous namespace)::Sweep<v8::internal::A>(int)'), {
    name: 'v8::Sweep',
    owner: 'v8',
  })
  assert.deepEqual(nameOf('sqlite3VdbeExec+0x1f'), { name: 'sqlite3VdbeExec', owner: 'sqlite' })
})

test('equal stacks are one, and a server that waits is not in the picture', () => {
  const kernel = '\tffffffff81000000 do_epoll_wait\n'
  const stacks = stacksOf(
    sample('Builtins_LoadIC', ANSWER, 'uv_run') +
      sample('Builtins_LoadIC', ANSWER.replace('*', '~'), 'uv_run') +
      `${kernel}${sample('uv_run')}`,
  )
  assert.deepEqual(
    stacks.map(({ frames, samples }) => [frames.map(({ name }) => name), samples]),
    [[['answer src/gateway/attempt-route.ts:57', 'LoadIC'], 2]],
  )
})

const stackOf = (samples: number, ...names: string[]): Stack => ({
  samples,
  frames: names.map((name) => ({ name, owner: 'engine' })),
})

test('the picture has the share of each frame, and none that is narrower than 0.4 %', () => {
  const stacks = [stackOf(900, 'outer'), stackOf(97, 'outer', 'inner'), stackOf(3, 'outer', 'tiny')]
  const picture = flamePicture(stacks, { title: 'a & b' })
  assert.match(picture, /<title>outer: 100\.0 %<\/title>/)
  assert.match(picture, /<title>inner: 9\.7 %<\/title>/)
  assert.doesNotMatch(picture, /tiny|<script/)
  assert.match(picture, /<title>a &amp; b<\/title>/)
})

test('a picture of nothing is a picture', () => {
  assert.match(flamePicture([], { title: 'none' }), /this engine 0\.0 %/)
})

test('no path of the machine is in the picture', () => {
  const stacks = stacksOf(
    sample(
      'JS:~load /home/somebody/elsewhere/program.js:3:1',
      'JS:*validate /home/somebody/seckill/node_modules/ajv/dist/validate.js:2:19',
      ANSWER,
    ),
  )
  const picture = flamePicture(stacks, { title: '' })
  assert.doesNotMatch(picture, /home|somebody|file:/)
  assert.match(picture, /ajv\/dist\/validate\.js:2/)
})

test('of code that V8 has put where other code was, the latest gives the name', () => {
  const map = ['1000 40 old', '2000 40 other', '1020 60 new', ''].join('\n')
  assert.equal(latestOf(map), ['2000 40 other', '1020 60 new'].join('\n'))
})
