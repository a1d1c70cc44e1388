// Blocks one or many: lines of buyers, addresses and networks, with one reason and one end. All of them or
// none; the server names a wrong one by its place, and that line is said here.

import { useState } from 'preact/hooks'
import type { Refusal } from '../asking/api.ts'
import { useWriter } from '../asking/writer.ts'
import { words } from '../language.ts'
import { Field, LongField } from '../pieces/field.tsx'
import { timeZone, whole } from '../pieces/format.ts'
import { Refused } from '../pieces/refusal.tsx'
import { kindOf, lineAt, LINES_MAX, linesOf } from './lines.ts'
import { endOf, hasPassed } from './until.ts'
import { blockWords } from './words.ts'

export const AddBlocks = ({ onDone }: { onDone: (news: string) => void }) => {
  const said = blockWords()
  const { reason, reasonSaid, sending, inZone } = words()
  const { texts, faults, refusal, isBusy, write, send } = useAdding(onDone)
  const field = (name: keyof Texts) => ({
    value: texts[name],
    fault: faults[name],
    onValue: (value: string) => write({ ...texts, [name]: value }),
  })
  return (
    <details class="card">
      <summary>{said.addSome}</summary>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <LongField label={said.targets} hint={said.targetsSaid} {...field('targets')} />
        <div class="fields">
          <Field label={reason} hint={reasonSaid} {...field('reason')} />
          <Field
            label={said.untilOptional}
            type="datetime-local"
            hint={inZone(timeZone())}
            {...field('until')}
          />
        </div>
        <Refused refusal={refusal} />
        <button class="primary" aria-disabled={isBusy}>
          {isBusy ? sending : said.add}
        </button>
      </form>
    </details>
  )
}

interface Texts {
  targets: string
  reason: string
  until: string
}

const EMPTY: Texts = { targets: '', reason: '', until: '' }

const useAdding = (onDone: (news: string) => void) => {
  const [texts, write] = useState(EMPTY)
  const [faults, setFaults] = useState<Partial<Texts>>({})
  const [refusal, setRefusal] = useState<Refusal>()
  const writer = useWriter()
  const send = async () => {
    setRefusal(undefined)
    const lines = linesOf(texts.targets)
    const wrong = faultsIn(texts, lines.length)
    setFaults(wrong)
    if (Object.keys(wrong).length > 0) return
    const reason = texts.reason.trim()
    const body = { blocks: lines.map(({ block }) => block), reason, ...endOf(texts.until) }
    const question = { method: 'POST', body } as const
    const answer = await writer.write<Added>('/api/admin/blocklist', question)
    if (answer.ok) {
      write(EMPTY)
      const { blocked, renewed } = answer.body
      return onDone(blockWords().added(whole(blocked), whole(renewed)))
    }
    const line = lineAt(lines, answer.path)
    if (line === undefined) return setRefusal(answer)
    const { wrongLine, isNo } = blockWords()
    return setFaults({ targets: wrongLine(whole(line.number), isNo[kindOf(line)]) })
  }
  return { texts, faults, refusal, isBusy: writer.isBusy, write, send: () => writer.once(send) }
}

interface Added {
  blocked: number
  renewed: number
}

const faultsIn = ({ reason, until }: Texts, lines: number): Partial<Texts> => {
  const { needed } = words().textFault
  const { tooMany, past } = blockWords()
  return {
    ...(lines === 0 && { targets: needed }),
    ...(lines > LINES_MAX && { targets: tooMany(whole(lines)) }),
    ...(reason.trim() === '' && { reason: needed }),
    ...(hasPassed(until) && { until: past }),
  }
}
