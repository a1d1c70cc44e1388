// When the campaign's own process did not get to run: who waits in it for an answer then waits for nobody
// else's fault.

export interface LagWatch extends Disposable {
  lags: { fromMs: number; toMs: number }[]
}

const EVERY_MS = 50
const LAG_MS = 500

export const watchLags = (): LagWatch => {
  const lags: LagWatch['lags'] = []
  let lastMs = Date.now()
  const timer = setInterval(() => {
    const nowMs = Date.now()
    if (nowMs - lastMs > LAG_MS) lags.push({ fromMs: lastMs, toMs: nowMs })
    lastMs = nowMs
  }, EVERY_MS)
  return { lags, [Symbol.dispose]: () => clearInterval(timer) }
}
