// The audit log of operators, newest first: who changed what, when and why. What is looked for stands in the
// address.

import { type Asked, addressOf } from '../asking/address.ts'
import { usePages } from '../asking/pages.ts'
import { operationsWords } from '../operations-words.ts'
import { Heading } from '../pieces/heading.tsx'
import { instant } from '../pieces/format.ts'
import { More } from '../pieces/more.tsx'
import { Details } from './details.tsx'
import { LogFilter } from './log-filter.tsx'
import { changeText, logAddress, subjectText, viewOf } from './subject.ts'
import { logWords } from './words.ts'

interface Entry {
  auditId: string
  at: string
  by: string
  change: string
  subject: string
  reason: string
  details: Record<string, unknown>
}

const PAGE = 50

export const LogView = ({ asked: { subject, by } }: { asked: Asked }) => {
  const said = logWords()
  const path = addressOf('/api/admin/audit-log', { limit: String(PAGE), subject, by })
  const pages = usePages<Entry>(path, 'entries')
  const view = viewOf(subject)
  return (
    <>
      <Heading title={operationsWords().log} />
      <p class="quiet">{said.said}</p>
      <LogFilter subject={subject} by={by} />
      {subject === undefined ? null : (
        <p>
          <b>{subjectText(subject)}</b> {view ? <a href={view}>{said.toIt}</a> : null}
        </p>
      )}
      {pages.rows.length > 0 ? <Entries entries={pages.rows} asked={{ subject, by }} /> : null}
      <More pages={pages} none={said.none} />
    </>
  )
}

const Entries = ({ entries, asked }: { entries: Entry[]; asked: Asked }) => {
  const { column } = logWords()
  return (
    <table class="sales labelled">
      <thead>
        <tr>
          <th>{column.change}</th>
          <th>{column.subject}</th>
          <th>{column.at}</th>
          <th>{column.by}</th>
          <th>{column.reason}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ auditId, at, by, change, subject, reason, details }) => (
          <tr key={auditId}>
            <td>
              {changeText(change)}
              <Details details={details} />
            </td>
            <td>
              <a href={logAddress({ ...asked, subject })}>{subjectText(subject)}</a>
            </td>
            <td class="quiet snug">{instant(at)}</td>
            <td data-label={column.by}>
              <a href={logAddress({ ...asked, by })}>{by}</a>
            </td>
            <td data-label={column.reason}>{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
