// perf script -F ip,sym | node bench/flame-graph.ts 'what was recorded' > picture.svg
//
// Draws what perf has recorded of a Node process. `npm run bench -- --scenario S7 --flame picture.svg`
// records and draws by itself (flame/recording.ts).

import { text } from 'node:stream/consumers'
import { flamePicture } from './flame/picture.ts'
import { stacksOf } from './flame/stacks.ts'

console.log(flamePicture(stacksOf(await text(process.stdin)), { title: process.argv[2] ?? '' }))
