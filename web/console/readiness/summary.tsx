// Whether a sale is ready, in one line on its own page, for as long as it has not begun.

import { usePolled } from '../asking/polled.ts'
import type { Readiness } from './shapes.ts'
import { Verdict } from './verdict.tsx'
import { readinessWords } from './words.ts'

const LOOK_EVERY_MS = 10_000

export const ReadinessSummary = ({ saleId }: { saleId: string }) => {
  const said = readinessWords()
  const path = `/api/admin/sales/${saleId}/readiness`
  const { body } = usePolled<Readiness>(path, LOOK_EVERY_MS)
  return (
    <section class="card">
      <h2>{said.title}</h2>
      {body === undefined ? <p class="quiet">{said.waiting}</p> : <Verdict of={body} />}
      <a href={`#/sales/${saleId}/readiness`}>{said.all}</a>
    </section>
  )
}
