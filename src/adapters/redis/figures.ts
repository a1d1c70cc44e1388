// The figures of all processes in Redis: one hash of one installation. Whoever lives with another home
// database is another installation.

import type { ProcessFigures } from '../../domain/figures.ts'
import { type Figures, FIGURES_MS } from '../../ports/figures.ts'
import { redisKeys } from './keys.ts'
import type { Redis } from './redis.ts'
import { script } from './script.ts'

export interface FiguresDeps {
  redis: Pick<Redis, 'evaluate'>
  home: string // the home database
  prefix?: string // of all keys
}

const TELL = script('tell')
const HEAR = script('hear')

const FORGOTTEN_MS = 60_000

export const redisFigures = ({ redis, home, prefix = 'seckill' }: FiguresDeps): Figures => {
  const keys = redisKeys(prefix).ofFigures(home)
  const seconds = [FIGURES_MS, FORGOTTEN_MS].map((ms) => `${ms / 1000}`)
  return {
    async tell(figures) {
      await redis.evaluate(TELL, { keys, args: [figures.process, JSON.stringify(figures)] })
    },
    async read() {
      const said = await redis.evaluate(HEAR, { keys, args: seconds })
      return (said as string[]).map((one) => JSON.parse(one) as ProcessFigures)
    },
  }
}
