// Where, when and by what a figure was measured. Nothing here says whose machine it was.

import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { KAFKA_VERSION, kafkaJars } from '../../test/support/kafka-jars.ts'
import { mariadbProgram } from '../../test/support/mariadb-server.ts'
import packageFile from '../../package.json' with { type: 'json' }

export interface Circumstances {
  machine: { processor: string; cores: number; memoryGiB: number; system: string }
  versions: Record<string, string>
  commit: string // with `-dirty` when files differ from it
  command: string
  at: string
}

export const circumstances = (command: string): Circumstances => ({
  machine: {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
  },
  versions: {
    seckill: packageFile.version,
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? 'unknown',
    ...redisVersion(),
    ...mariadbVersion(),
    ...(kafkaJars() && { kafka: KAFKA_VERSION }),
  },
  commit: commit(),
  command,
  at: new Date().toISOString(),
})

// None where it is not installed.
const redisVersion = (): { redis?: string } => {
  try {
    const said = execFileSync('redis-server', ['--version'], { encoding: 'utf8' })
    return { redis: / v=(\S+)/.exec(said)?.[1] ?? 'unknown' }
  } catch {
    return {}
  }
}

const mariadbVersion = (): { mariadb?: string } => {
  const program = mariadbProgram()
  if (program === undefined) return {}
  const said = execFileSync(program, ['--version'], { encoding: 'utf8' })
  return { mariadb: / Ver ([\d.]+)/.exec(said)?.[1] ?? 'unknown' }
}

// What the bench itself has just written is no difference.
const OTHERS = [':(top)', ':(top,exclude)bench/results', ':(top,exclude)docs/images']

const commit = (): string => {
  const git = (...args: string[]) =>
    execFileSync('git', ['--no-optional-locks', ...args], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }).trim()
  try {
    const changed = git('status', '--porcelain', '--', ...OTHERS)
    return changed === '' ? git('rev-parse', 'HEAD') : `${git('rev-parse', 'HEAD')}-dirty`
  } catch {
    return 'unknown'
  }
}
