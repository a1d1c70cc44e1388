// Messages of orders that could not be recorded, newest first, with what stood in them; and putting one back
// on the queue.

import { useState } from 'preact/hooks'
import { usePages } from '../asking/pages.ts'
import { operationsWords } from '../operations-words.ts'
import { session } from '../asking/session.ts'
import { ActionDialog } from '../pieces/action-dialog.tsx'
import { instant } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { JsonText } from '../pieces/json-text.tsx'
import { More } from '../pieces/more.tsx'
import { deadLetterWords } from './words.ts'

interface DeadLetter {
  deadLetterId: string
  orderId?: string // of one that can be read
  source: string
  reason: string
  at: string
  message: string
}

const PATH = '/api/admin/dead-letters'
const PAGE = 50

export const DeadLettersView = () => {
  const said = deadLetterWords()
  const pages = usePages<DeadLetter>(`${PATH}?limit=${PAGE}`, 'deadLetters')
  const [open, setOpen] = useState<string>()
  const [news, setNews] = useState<string>()
  const replayed = (deadLetterId: string) => {
    setNews(said.replayed(deadLetterId))
    pages.reload()
  }
  return (
    <>
      <Heading title={operationsWords().deadLetters} />
      <p class="quiet">{said.said}</p>
      <p role="status">{news}</p>
      {pages.rows.length > 0 ? <Letters letters={pages.rows} onReplay={setOpen} /> : null}
      <More pages={pages} none={said.none} />
      {open === undefined ? null : (
        <ActionDialog
          title={said.replay}
          says={said.replaySaid}
          path={`${PATH}/${open}/replay`}
          reason="optional"
          onDone={() => replayed(open)}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  )
}

interface LettersProps {
  letters: DeadLetter[]
  onReplay: (deadLetterId: string) => void
}

const Letters = ({ letters, onReplay }: LettersProps) => {
  const { column, message, replay } = deadLetterWords()
  const mayWrite = session()?.role === 'operator'
  return (
    <table class="sales labelled">
      <thead>
        <tr>
          <th>{column.order}</th>
          <th>{column.at}</th>
          <th>{column.reason}</th>
          <th>{column.message}</th>
          {mayWrite ? <th>{column.action}</th> : null}
        </tr>
      </thead>
      <tbody>
        {letters.map((letter) => (
          <tr key={letter.deadLetterId}>
            <td>
              <Whose letter={letter} />
            </td>
            <td class="quiet snug">{instant(letter.at)}</td>
            <td data-label={column.reason} lang="en">
              {letter.reason}
            </td>
            <td class="message">
              <JsonText label={message} text={letter.message} />
            </td>
            {mayWrite ? (
              <td>
                <button type="button" onClick={() => onReplay(letter.deadLetterId)}>
                  {replay}
                </button>
              </td>
            ) : null}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Whose = ({ letter: { orderId, source } }: { letter: DeadLetter }) =>
  orderId === undefined ? (
    <>
      {deadLetterWords().noOrder} {source}
    </>
  ) : (
    <a href={`#/orders/${orderId}`}>{orderId}</a>
  )
