// Abort signals that can only be looked at. Nobody listens to one here, because the simulated clock wakes
// whoever waits for it in any case, and Node's own take a fifth of a run.

export const useLightSignals = () => {
  Object.assign(globalThis, { AbortController: LightController, AbortSignal: LightSignal })
}

class LightSignal {
  aborted = false

  static any(): LightSignal {
    return new LightSignal() // whoever waits with one only waits
  }
}

class LightController {
  signal = new LightSignal()

  abort() {
    this.signal.aborted = true
  }
}
