// The server's clock, as near as it can be known from here. Nothing on the page is opened or closed by
// the clock of the buyer's device, which may be wrong.

export interface Sample {
  sentMs: number // both monotonic, of this device
  receivedMs: number
  serverMs: number
}

// What must be added to this device's time. The sample with the shortest round trip knows best, and half
// of it is taken for the way back. Whoever asks at the opening by this clock is not early: whatever the
// share of the way back was, the question itself still has to travel.
export const offsetOf = (samples: readonly [Sample, ...Sample[]]): number => {
  const best = samples.reduce((one, other) => (roundTrip(other) < roundTrip(one) ? other : one))
  return best.serverMs + roundTrip(best) / 2 - best.receivedMs
}

const roundTrip = ({ sentMs, receivedMs }: Sample) => receivedMs - sentMs

export interface ServerClock {
  nowMs(): number | undefined // undefined: not known yet
  // Reads the server's time a few times; false when it cannot be read.
  synchronise(read: () => Promise<number | undefined>): Promise<boolean>
}

const SAMPLES = 5

export const serverClock = (monotonicMs: () => number): ServerClock => {
  let offset: number | undefined
  return {
    nowMs: () => (offset === undefined ? undefined : monotonicMs() + offset),
    async synchronise(read) {
      const samples: Sample[] = []
      for (let at = 0; at < SAMPLES; at += 1) {
        const sentMs = monotonicMs()
        const serverMs = await read()
        if (serverMs === undefined) break
        samples.push({ sentMs, receivedMs: monotonicMs(), serverMs })
      }
      const [first, ...others] = samples
      if (first === undefined) return false
      offset = offsetOf([first, ...others])
      return true
    },
  }
}
