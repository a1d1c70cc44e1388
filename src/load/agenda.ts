// What is to be done when: actions at planned instants, done in time or, when this process is too busy,
// late but never left out. An action is told when it was planned, so that latency counts from there.

import { setTimeout as pause } from 'node:timers/promises'
import { nowMs } from './clocks.ts'

export type Action = (plannedMs: number) => void

export interface Agenda {
  plan(atMs: number, act: Action): void
  // Works until `finished`, which is told whether anything is still planned; false: `untilMs` came
  // first, and what was planned is given up.
  run(of: { finished: (idle: boolean) => boolean; untilMs: number }): Promise<boolean>
}

const LOOK_EVERY_MS = 5

// One list of actions per millisecond, and a cursor that moves over them.
export const agenda = (): Agenda => {
  const lists = new Map<number, { atMs: number; act: Action }[]>()
  let cursorMs = Math.floor(nowMs())
  let planned = 0

  const plan = (atMs: number, act: Action) => {
    const slot = Math.max(Math.floor(atMs), cursorMs)
    const list = lists.get(slot)
    if (list) list.push({ atMs, act })
    else lists.set(slot, [{ atMs, act }])
    planned += 1
  }

  // An action may plan others for the very millisecond it is done in: they are done too.
  const work = () => {
    const untilMs = Math.floor(nowMs())
    for (; cursorMs <= untilMs && planned > 0; cursorMs += 1) {
      for (const { atMs, act } of lists.get(cursorMs) ?? []) {
        planned -= 1
        act(atMs)
      }
      lists.delete(cursorMs)
    }
    cursorMs = Math.max(cursorMs, untilMs)
  }

  return {
    plan,
    async run({ finished, untilMs }) {
      while (!finished(planned === 0)) {
        if (nowMs() >= untilMs) {
          lists.clear()
          planned = 0
          return false
        }
        work()
        await pause(planned > 0 ? 1 : LOOK_EVERY_MS)
      }
      return true
    },
  }
}
