// Tells when this device has slept, or its own clock was put: then the time that is measured and the time that
// is shown have moved apart, and what was known of the server's clock may be wrong.

const LOOK_EVERY_MS = 1000
const JUMP_MS = 500

export const onClockJump = (jumped: () => void, signal: AbortSignal): void => {
  const apartNow = () => Date.now() - performance.now()
  let apart = apartNow()
  const timer = setInterval(() => {
    const before = apart
    apart = apartNow()
    if (Math.abs(apart - before) > JUMP_MS) jumped()
  }, LOOK_EVERY_MS)
  signal.addEventListener('abort', () => clearInterval(timer))
}
