// How a run is getting on: one line that is written over on a terminal, and nothing anywhere else.

import type { StoryDeps } from './story.ts'

export interface ProgressLine {
  show: StoryDeps['show']
  clear(): void // before anything else is written; twice is fine
}

export const progressLine = (terminal: NodeJS.WriteStream): ProgressLine => {
  if (!terminal.isTTY) return { show: () => undefined, clear: () => undefined }
  const startedAtMs = performance.now()
  return {
    show({ sent, orders, paid, gaveBack, inLine }, { available, returning }) {
      const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
      const cells = Object.entries({ sent, orders, paid, 'given back': gaveBack, waiting: inLine })
      const spelled = cells.map(([name, value]) => `${name} ${value.toLocaleString('en')}`)
      const line = [`${seconds} s`, ...spelled, `units ${available + returning}`].join('  ')
      terminal.write(`\r\x1b[2K${line.slice(0, terminal.columns - 1)}`)
    },
    clear: () => void terminal.write('\r\x1b[2K'),
  }
}
