// An answer of the API as a value: a body, or a refusal with its code.

export type Answer<Body> = Given<Body> | Refusal

interface Given<Body> {
  ok: true
  body: Body
  isOld?: boolean // kept by somebody in between, who does not reach the shop now
}

export interface Refusal {
  ok: false
  code: string // of the problem document; `no-answer` when there was none
  status: number // 0: nobody answered
  retryMs: number | undefined // when the server wants to be asked again
}

// Asking again later may have another answer.
export const isPassing = ({ status }: Refusal): boolean =>
  status === 0 || status === 429 || status >= 500

const RETRY_MS_MAX = 8000

// As the server says, or doubling; with up to a second more, so that those who wait do not return as one.
export const waitMs = ({ retryMs }: Refusal, tries: number, chance: number): number =>
  (retryMs ?? Math.min(RETRY_MS_MAX, 1000 * 2 ** tries)) + chance * 1000
