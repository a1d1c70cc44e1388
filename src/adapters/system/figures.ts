// The figures of a process that is alone.

import type { ProcessFigures } from '../../domain/figures.ts'
import type { Figures } from '../../ports/figures.ts'

export const figuresAlone = (): Figures => {
  let told: ProcessFigures[] = []
  return {
    async tell(figures) {
      told = [figures]
    },
    read: async () => told,
  }
}
