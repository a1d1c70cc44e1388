// A gateway's part of the limit of a sale: a bucket of tokens, as src/attempt/limits.ts has it.

export const saleLimit = ({ perSecond, burst }: { perSecond: number; burst: number }) => {
  let [perMs, tokens, most] = [0, 0, 0]
  return {
    // So many gateways have it together.
    share(gateways: number): void {
      perMs = perSecond / gateways / 1000
      const max = burst / gateways
      tokens = most === 0 ? max : Math.min(tokens, max)
      most = max
    },
    fill(): void {
      tokens = Math.min(most, tokens + perMs)
    },
    isEmpty: (): boolean => tokens < 1,
    take(wanted: number): number {
      const taken = Math.min(wanted, Math.floor(tokens))
      tokens -= taken
      return taken
    },
  }
}
