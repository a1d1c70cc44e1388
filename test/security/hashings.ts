// How many passwords are hashed, and how many at once. To be imported before what hashes them.

import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

let made = 0
let running = 0
let runningMax = 0

export interface Hashings {
  made: number
  atOnceMax: number
}

// What `work` hashes.
export const hashingsOf = async <Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; hashings: Hashings }> => {
  made = 0
  runningMax = 0
  const result = await work()
  return { result, hashings: { made, atOnceMax: runningMax } }
}

const { argon2 } = crypto
crypto.argon2 = (algorithm, parameters, done) => {
  made += 1
  running += 1
  runningMax = Math.max(runningMax, running)
  argon2(algorithm, parameters, (error, hash) => {
    running -= 1
    done(error, hash)
  })
}
syncBuiltinESMExports()
