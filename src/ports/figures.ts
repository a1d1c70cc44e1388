// What each process tells of itself, so that any of them can show what goes on in all. It may be a second old,
// or lost with the server it lies in; it is never what anything is decided by, and there is no history in it.

import type { ProcessFigures } from '../domain/figures.ts'

export interface Figures {
  // Instead of what this process told before.
  tell(figures: ProcessFigures): Promise<void>
  // Of all that have told in the last `FIGURES_MS`, in no order.
  read(): Promise<ProcessFigures[]>
}

// Each tells every second; one that has missed two of them is gone.
export const FIGURES_MS = 3000
