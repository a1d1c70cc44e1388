// A disk of its own, in memory: small enough to fill, or not to be written at all.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk extends Disposable {
  folder: string
  fill(): void // to the last page
  clear(): void // of what filled it
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
  const filler = join(folder, 'filler')
  return {
    folder,
    fill() {
      let bytes = of.bytes
      for (let part = 0; bytes >= 4096; part += 1) {
        try {
          writeFileSync(`${filler}${part}`, Buffer.alloc(bytes))
        } catch {
          bytes /= 2
        }
      }
    },
    clear() {
      execFileSync('sh', ['-c', 'rm -f "$0"*', filler])
    },
    [Symbol.dispose]() {
      execFileSync('umount', ['--lazy', folder])
      remove()
    },
  }
}
