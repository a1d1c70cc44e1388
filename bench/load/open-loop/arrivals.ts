// When each attempt is planned: evenly within a phase, one phase after the other.

export interface Phase {
  perSecond: number
  forMs: number
}

export interface Arrivals {
  due(untilMs: number): number[] // planned instants, those that have not been told yet
  endsAtMs: number
}

export const arrivals = (beginsAtMs: number, phases: Phase[]): Arrivals => {
  const endsAtMs = beginsAtMs + phases.reduce((sum, { forMs }) => sum + forMs, 0)
  const instants = instantsOf(beginsAtMs, phases)
  let next = instants.next()
  return {
    endsAtMs,
    due(untilMs) {
      const due: number[] = []
      for (; !next.done && next.value <= untilMs; next = instants.next()) due.push(next.value)
      return due
    },
  }
}

const countOf = ({ perSecond, forMs }: Phase) => Math.round((perSecond * forMs) / 1000)

function* instantsOf(beginsAtMs: number, phases: Phase[]): Generator<number> {
  let fromMs = beginsAtMs
  for (const phase of phases) {
    const count = countOf(phase)
    for (let at = 0; at < count; at += 1) yield fromMs + (at / count) * phase.forMs
    fromMs += phase.forMs
  }
}
