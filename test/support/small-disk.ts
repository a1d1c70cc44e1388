// A disk of its own, in memory: small enough to fill, or not to be written at all.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk extends Disposable {
  folder: string
}

// Undefined where this account may not mount one.
export const smallDisk = (of: { bytes: number; readOnly?: boolean }): SmallDisk | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'seckill-disk-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const options = `size=${of.bytes}${of.readOnly ? ',ro' : ''}`
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder], { stdio: 'ignore' })
  } catch {
    remove()
    return undefined
  }
  return {
    folder,
    [Symbol.dispose]() {
      execFileSync('umount', ['--lazy', folder])
      remove()
    },
  }
}
