// A bell inside the process: whoever puts something somewhere rings, whoever waits for something wakes at
// once. It carries nothing; those who wake look for themselves. It belongs to no technology.

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
      if (ms <= 0 || signal.aborted) return
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
