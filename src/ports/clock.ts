// The one clock: the store's time, carried on a monotonic one, so that no process lives in a time of
// its own and nobody's clock jumps back.

export interface Clock {
  nowMs(): number
  // Resolves after `ms`, or at once when the signal is aborted. Never rejects.
  pause(ms: number, signal?: AbortSignal): Promise<void>
}
