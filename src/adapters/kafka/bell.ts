// Whoever puts something somewhere rings; whoever waits for something wakes, and looks for himself.

export interface Bell {
  ring(): void
  // Resolves at the next ring, when `ms` have passed, or when the signal is aborted.
  wait(at: { ms: number; signal: AbortSignal }): Promise<void>
}

export const newBell = (): Bell => {
  const waiting = new Set<() => void>()
  return {
    ring() {
      for (const wake of waiting) wake()
    },
    async wait({ ms, signal }) {
      if (signal.aborted) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const wake = () => resolve()
      const timer = setTimeout(wake, ms)
      signal.addEventListener('abort', wake)
      waiting.add(wake)
      await promise
      waiting.delete(wake)
      signal.removeEventListener('abort', wake)
      clearTimeout(timer)
    },
  }
}
