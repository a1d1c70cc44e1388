// What is to be done when: actions at planned instants, done in time or, when this process is too busy,
// late but never left out. An action is told when it was planned, so that latency counts from there.

import { setTimeout as pause } from 'node:timers/promises'
import { nowMs } from '../clocks.ts'

export type Action = (plannedMs: number) => void

export interface Agenda {
  plan(atMs: number, act: Action): void
  until(atMs: number): Promise<number> // resolves then, with the planned instant
  run(finished: () => boolean): Promise<void> // what is planned by then is given up
}

// One list of actions per millisecond, and a cursor that moves over them.
export const agenda = (): Agenda => {
  const lists = new Map<number, { atMs: number; act: Action }[]>()
  let cursorMs = Math.floor(nowMs())

  const plan = (atMs: number, act: Action) => {
    const slot = Math.max(Math.floor(atMs), cursorMs)
    const list = lists.get(slot)
    if (list) list.push({ atMs, act })
    else lists.set(slot, [{ atMs, act }])
  }

  // An action may plan others for the very millisecond it is done in: they are done too.
  const work = () => {
    const untilMs = Math.floor(nowMs())
    for (; cursorMs <= untilMs && lists.size > 0; cursorMs += 1) {
      for (const { atMs, act } of lists.get(cursorMs) ?? []) act(atMs)
      lists.delete(cursorMs)
    }
    cursorMs = Math.max(cursorMs, untilMs)
  }

  return {
    plan,
    until(atMs) {
      const { promise, resolve } = Promise.withResolvers<number>()
      plan(atMs, resolve)
      return promise
    },
    async run(finished) {
      while (!finished()) {
        work()
        await pause(1)
      }
      lists.clear()
    },
  }
}
