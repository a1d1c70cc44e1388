// The audit of a sale in words: do the books agree, and are the promises kept. The report can be saved.

import { useEffect, useState } from 'preact/hooks'
import { call, type Refusal } from '../asking/api.ts'
import { type Finding, findings } from './findings.ts'
import { instant } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { words } from '../language.ts'
import { Refused } from '../pieces/refusal.tsx'
import { saveFile } from '../pieces/save-file.ts'
import type { Audit, Sale } from '../shapes.ts'
import { UnitBar } from '../pieces/unit-bar.tsx'
import { partsOfAudit } from '../pieces/units.ts'

interface Report {
  saleId: string
  title: string
  comparedAt: string
  audit: Audit
}

const compare = async (saleId: string): Promise<{ report: Report } | { refusal: Refusal }> => {
  const sale = await call<Sale>(`/api/admin/sales/${saleId}`)
  if (!sale.ok) return { refusal: sale }
  const audit = await call<Audit>(`/api/admin/sales/${saleId}/audit`)
  if (!audit.ok) return { refusal: audit }
  const comparedAt = new Date().toISOString()
  return { report: { saleId, title: sale.body.title, comparedAt, audit: audit.body } }
}

export const AuditView = ({ saleId }: { saleId: string }) => {
  const said = words()
  const [found, setFound] = useState<{
    report?: Report | undefined
    refusal?: Refusal | undefined
  }>({})
  const [round, setRound] = useState(0)
  const [isComparing, setComparing] = useState(true)
  useEffect(() => {
    let isLeft = false
    setComparing(true)
    void compare(saleId).then((next) => {
      if (isLeft) return
      setFound((before) => ({ ...before, refusal: undefined, ...next }))
      setComparing(false)
    })
    return () => {
      isLeft = true
    }
  }, [saleId, round])
  const { report, refusal } = found
  return (
    <>
      <a href={`#/sales/${saleId}`}>← {said.backToSale}</a>
      <Heading title={report ? said.auditOf(report.title) : said.audit} />
      <p role="status" class="quiet">
        {isComparing ? said.auditWait : report && said.auditAt(instant(report.comparedAt))}
      </p>
      <Refused refusal={refusal} />
      {report ? <Findings audit={report.audit} /> : null}
      <div class="buttons">
        <button
          type="button"
          aria-disabled={isComparing}
          onClick={() => isComparing || setRound(round + 1)}
        >
          {said.auditAgain}
        </button>
        {report ? (
          <button type="button" class="plain" onClick={() => save(report)}>
            {said.auditDownload}
          </button>
        ) : null}
      </div>
    </>
  )
}

const Findings = ({ audit }: { audit: Audit }) => {
  const said = words()
  const { verdict, books, promises } = findings(audit)
  return (
    <>
      <p class={`verdict ${verdict}`}>{said.verdict[verdict]}</p>
      {verdict === 'bad' ? <p>{said.whatNow}</p> : null}
      <section class="card">
        <h2>{said.units}</h2>
        <UnitBar parts={partsOfAudit(audit)} />
      </section>
      <section class="card">
        <h2>{said.books}</h2>
        <FindingList findings={books} />
      </section>
      <section class="card">
        <h2>{said.promises}</h2>
        <FindingList findings={promises} />
        {audit.driftOrders.length > 0 ? (
          <p>
            {said.driftOrders}: {audit.driftOrders.join(', ')}
          </p>
        ) : null}
      </section>
    </>
  )
}

const FindingList = ({ findings: list }: { findings: Finding[] }) => (
  <ul class="findings">
    {list.map(({ level, claim, numbers }) => (
      <li key={claim}>
        <b class={level}>{words()[level]}</b>
        <div>
          {claim}
          <p class="quiet small">{numbers}</p>
        </div>
      </li>
    ))}
  </ul>
)

const save = (report: Report) => {
  const text = JSON.stringify(report, undefined, 2)
  const name = `audit-${report.saleId}-${report.comparedAt.replace(/\W/g, '')}.json`
  saveFile(new Blob([text], { type: 'application/json' }), name)
}
