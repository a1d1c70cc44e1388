// Is this sale ready? Every check with what it found, read again and again until somebody is content. What a
// check found is in the words of the server; a check that is not known here keeps the server's name.

import type { Refusal } from '../asking/api.ts'
import { usePolled } from '../asking/polled.ts'
import { words } from '../language.ts'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import type { Sale } from '../shapes.ts'
import type { Check, Readiness } from './shapes.ts'
import { Verdict } from './verdict.tsx'
import { readinessWords } from './words.ts'

const LOOK_EVERY_MS = 3000
const SALE_EVERY_MS = 30_000

export const ReadinessView = ({ saleId }: { saleId: string }) => {
  const said = readinessWords()
  const path = `/api/admin/sales/${saleId}`
  const { body: sale } = usePolled<Sale>(path, SALE_EVERY_MS)
  const { body, refusal } = usePolled<Readiness>(`${path}/readiness`, LOOK_EVERY_MS)
  return (
    <>
      <a href={`#/sales/${saleId}`}>← {words().backToSale}</a>
      <Heading title={sale ? said.titleOf(sale.title) : said.title} />
      <Old refusal={refusal} isSeen={body !== undefined} />
      {body === undefined ? (
        <p class="quiet">{refusal ? '' : said.waiting}</p>
      ) : (
        <>
          <div role="status" class="quiet">
            <Verdict of={body} />
          </div>
          <section class="card">
            <CheckList checks={body.checks} />
          </section>
          <p class="quiet small">{said.fromServer}</p>
        </>
      )}
    </>
  )
}

const Old = ({ refusal, isSeen }: { refusal: Refusal | undefined; isSeen: boolean }) => (
  <>
    <Refused refusal={refusal} />
    {refusal && isSeen ? <p>{words().old}</p> : null}
  </>
)

const CheckList = ({ checks }: { checks: Check[] }) => {
  const said = readinessWords()
  return (
    <ul class="findings">
      {checks.map(({ check, level, says }) => (
        <li key={check} data-check={check}>
          <b class={SHOWN[level]}>{said.level[level]}</b>
          <div>
            <strong>{said.check[check] ?? check}</strong>
            <p class="quiet small" lang="en">
              {says}
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}

const SHOWN: Record<Check['level'], string> = { ok: 'good', warn: 'warn', fail: 'bad' }
