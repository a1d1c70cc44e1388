// How far long work has come, on one line of a terminal that is rewritten as it goes. Programs and
// files get nothing of it.

export interface Progress extends Disposable {
  at(share: number): void // 0 … 1
}

const WIDTH = 30

export const progress = (what: string, { quiet }: { quiet: boolean }): Progress => {
  const isShown = process.stderr.isTTY && !quiet
  const show = (text: string) => void (isShown && process.stderr.write(`\r${text}\u001b[K`))
  return {
    at(share) {
      const done = Math.floor(share * WIDTH)
      const bar = '█'.repeat(done).padEnd(WIDTH, '░')
      show(`${what} ${bar} ${Math.floor(share * 100)} %`)
    },
    [Symbol.dispose]: () => show(''),
  }
}
