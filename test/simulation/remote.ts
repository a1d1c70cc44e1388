// A port over a model that answers at once: every method becomes a call that the scheduler executes
// when it pleases, on behalf of one process.

import type { FailureCode } from '../../src/domain/errors.ts'
import type { Process } from './agenda.ts'
import type { Scheduler } from './scheduler.ts'

// The same methods, answering at once.
export type Model<Port> = {
  [Name in keyof Port]: Port[Name] extends (...input: infer Input) => Promise<infer Answer>
    ? (...input: Input) => Answer
    : Port[Name] // not a method: known to everybody
}

export interface Remote<Port> {
  name: string
  model: Model<Port>
  failure: FailureCode
  twice?: boolean // the network may execute a call a second time
}

type Method = (...input: unknown[]) => unknown

export const remote = <Port extends object>(
  { scheduler, process }: { scheduler: Scheduler; process: Process },
  { name: port, model, failure, twice = false }: Remote<Port>,
): Port => {
  const members = Object.entries<Method>(model as Record<string, Method>)
  const calls = members.map(([name, method]) => {
    if (typeof method !== 'function') return [name, method]
    const call = (...input: unknown[]) =>
      scheduler.call(process, {
        name: `${port}.${name}`,
        input: input[0],
        effect: () => method(...input),
        failure,
        twice,
      })
    return [name, call]
  })
  return Object.fromEntries(calls) as Port
}
