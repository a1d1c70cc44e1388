// Changing an endpoint. Of two operators at once the second is told so, sees the endpoint as it is now, and
// keeps what he typed.

import { useEffect, useState } from 'preact/hooks'
import { call, type Refusal } from '../asking/api.ts'
import { useWriter } from '../asking/writer.ts'
import { words } from '../language.ts'
import { Field } from '../pieces/field.tsx'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import { EndpointForm } from './endpoint-form.tsx'
import { changesOf, faultsIn, mergeTerms, type TermFaults, termsOf } from './endpoint-terms.ts'
import { type Endpoint, ENDPOINTS_PATH } from './shapes.ts'
import { webhookWords } from './words.ts'

interface Base {
  endpoint: Endpoint // as it was when this was last looked at
  etag: string | undefined
}

const read = async (endpointId: string): Promise<({ ok: true } & Base) | Refusal> => {
  const answer = await call<Endpoint>(`${ENDPOINTS_PATH}/${endpointId}`)
  return answer.ok ? { ok: true, endpoint: answer.body, etag: answer.etag } : answer
}

export const EditEndpoint = ({ endpointId }: { endpointId: string }) => {
  const said = webhookWords()
  const [base, setBase] = useState<Base>()
  const [refusal, setRefusal] = useState<Refusal>()
  useEffect(() => {
    void read(endpointId).then((found) => (found.ok ? setBase(found) : setRefusal(found)))
  }, [endpointId])
  return (
    <>
      <a href={`#/webhooks/${endpointId}`}>← {said.toIt}</a>
      <Heading title={said.editTitle} />
      <Refused refusal={refusal} />
      {base === undefined ? (
        <p class="quiet">{refusal ? '' : words().loading}</p>
      ) : (
        <EditForm first={base} />
      )}
    </>
  )
}

const EditForm = ({ first }: { first: Base }) => {
  const { form, setTerms, setReason, save } = useEditing(first)
  const { terms, nowIs, reason, faults, refusal, news, isBusy } = form
  const said = words()
  return (
    <form
      class="card"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <p class="news" role="alert">
        {news === 'somebodyFaster' ? webhookWords().somebodyFaster : news && said[news]}
      </p>
      <EndpointForm terms={terms} faults={faults} nowIs={nowIs} onChange={setTerms} />
      <Field
        label={said.reasonOptional}
        hint={said.reasonSaid}
        value={reason}
        onValue={setReason}
      />
      <Refused refusal={refusal} />
      <button class="primary" aria-disabled={isBusy}>
        {isBusy ? said.sending : said.save}
      </button>
    </form>
  )
}

const useEditing = (first: Base) => {
  const [base, setBase] = useState(first)
  const [{ terms, nowIs }, setMerged] = useState(() => ({
    terms: termsOf(first.endpoint),
    nowIs: {},
  }))
  const [reason, setReason] = useState('')
  const [faults, setFaults] = useState<TermFaults>({})
  const [refusal, setRefusal] = useState<Refusal>()
  const [news, setNews] = useState<'somebodyFaster' | 'nothingChanged'>()
  const writer = useWriter()
  const { endpointId } = base.endpoint

  const save = async () => {
    setRefusal(undefined)
    setNews(undefined)
    const wrong = faultsIn(terms)
    setFaults(wrong)
    if (Object.keys(wrong).length > 0) return
    const changes = changesOf(termsOf(base.endpoint), terms)
    if (Object.keys(changes).length === 0) return setNews('nothingChanged')
    const body = { ...changes, ...(reason.trim() !== '' && { reason: reason.trim() }) }
    const question = { method: 'PATCH', body, ifMatch: base.etag } as const
    const answer = await writer.write<Endpoint>(`${ENDPOINTS_PATH}/${endpointId}`, question)
    if (answer.ok) return void (location.hash = `#/webhooks/${endpointId}`)
    if (answer.code === 'version-changed') return lookAgain()
    setRefusal(answer)
    if (answer.field !== undefined) setFaults({ [answer.field]: answer.detail })
  }
  const lookAgain = async () => {
    const found = await read(endpointId)
    if (!found.ok) return setRefusal(found)
    const [before, now] = [termsOf(base.endpoint), termsOf(found.endpoint)]
    setMerged(mergeTerms({ before, mine: terms, now }))
    setBase(found)
    setNews('somebodyFaster')
  }
  return {
    form: { terms, nowIs, reason, faults, refusal, news, isBusy: writer.isBusy },
    setTerms: (next: typeof terms) => setMerged({ terms: next, nowIs }),
    setReason,
    save: () => writer.once(save),
  }
}
