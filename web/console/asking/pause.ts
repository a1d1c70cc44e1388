// Waiting, and reading a stream of events. The client has the like; what the page of buyers has in common with
// this one would be one more file for buyers to fetch.

// Ends early when the signal is aborted, by throwing.
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      if (signal.aborted) reject(signal.reason as Error)
      else resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })

// Takes pieces that are cut anywhere; answers what the events that are complete with each piece say.
export const eventData = (): ((piece: string) => string[]) => {
  let rest = ''
  return (piece) => {
    const blocks = (rest + piece).split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? [])
  }
}
