// Which commit this program is, for whoever looks at it while it runs: in a clone what git has checked out,
// elsewhere what the file COMMIT beside package.json says, which whoever builds an image writes. It is read
// once; nobody is kept from starting by it.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const SHOWN = 12 // letters: as many as name a commit and can be read out

let found: string | undefined

export const build = (root = ROOT): string =>
  root === ROOT ? (found ??= readBuild(root)) : readBuild(root)

const readBuild = (root: string): string => {
  const written = read(join(root, 'COMMIT')) ?? checkedOut(join(root, '.git'))
  return written !== undefined && /^[0-9a-f]{7,64}$/.test(written)
    ? written.slice(0, SHOWN)
    : 'unknown'
}

// A branch is a file of its own, or a line in the file of all.
const checkedOut = (folder: string): string | undefined => {
  const head = read(join(folder, 'HEAD'))
  const [, branch] = /^ref: (refs\/\S+)$/.exec(head ?? '') ?? []
  if (branch === undefined) return head
  const packed = read(join(folder, 'packed-refs')) ?? ''
  const line = packed.split('\n').find((one) => one.endsWith(` ${branch}`))
  return read(join(folder, branch)) ?? line?.split(' ')[0]
}

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
