// What a buyer sees and hears of a challenge while it is solved: what goes on, and how far it is. There is
// one at a time: whoever needs it meanwhile waits for the same.

import { type Proved, prove } from './challenge.ts'
import { element, write } from './element.ts'
import { words } from './language.ts'

export interface ProofPanel {
  element: HTMLElement
  isProving(): boolean
  // Throws when the signal is aborted, or that of whoever began.
  prove(token: string, signal: AbortSignal): Promise<Proved>
}

export const proofPanel = (saleId: string): ProofPanel => {
  const said = words()
  const text = element('p', { class: 'quiet small', role: 'status' })
  const bar = element('progress', { max: '1', value: '0', 'aria-label': said.proof, hidden: true })
  let proving: Promise<Proved> | undefined

  const begin = async (token: string, signal: AbortSignal): Promise<Proved> => {
    const progress = (done: number) => {
      bar.value = done
    }
    progress(0)
    bar.hidden = false
    write(text, said.proving)
    try {
      return await prove(saleId, { token, signal, progress })
    } finally {
      bar.hidden = true
      write(text, '')
      proving = undefined
    }
  }
  return {
    element: element('div', { class: 'proof' }, text, bar),
    isProving: () => proving !== undefined,
    prove: (token, signal) => unlessAborted((proving ??= begin(token, signal)), signal),
  }
}

const unlessAborted = async (proving: Promise<Proved>, signal: AbortSignal): Promise<Proved> => {
  const proved = await proving
  signal.throwIfAborted()
  return proved
}
