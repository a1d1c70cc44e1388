// Making an endpoint. Its secret is shown here, once, before anything else is.

import { useState } from 'preact/hooks'
import type { Refusal } from '../asking/api.ts'
import { useWriter } from '../asking/writer.ts'
import { words } from '../language.ts'
import { Field } from '../pieces/field.tsx'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import { EndpointForm } from './endpoint-form.tsx'
import { faultsIn, NO_TERMS, type TermFaults } from './endpoint-terms.ts'
import { SecretOnce } from './secret-once.tsx'
import { ENDPOINTS_PATH, type NewEndpoint } from './shapes.ts'
import { webhookWords } from './words.ts'

export const CreateEndpoint = () => {
  const said = webhookWords()
  const { form, setTerms, setReason, make } = useMaking()
  const { terms, reason, faults, refusal, made, isBusy } = form
  return (
    <>
      <a href="#/webhooks">← {said.toAll}</a>
      <Heading title={said.addTitle} />
      {made ? (
        <>
          <p>{made.url}</p>
          <SecretOnce
            made={made}
            onKept={() => (location.hash = `#/webhooks/${made.endpointId}`)}
          />
        </>
      ) : (
        <form
          class="card"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            make()
          }}
        >
          <EndpointForm terms={terms} faults={faults} onChange={setTerms} />
          <Field
            label={words().reasonOptional}
            hint={words().reasonSaid}
            value={reason}
            onValue={setReason}
          />
          <Refused refusal={refusal} />
          <button class="primary" aria-disabled={isBusy}>
            {isBusy ? words().sending : said.addIt}
          </button>
        </form>
      )}
    </>
  )
}

const useMaking = () => {
  const [terms, setTerms] = useState(NO_TERMS)
  const [reason, setReason] = useState('')
  const [faults, setFaults] = useState<TermFaults>({})
  const [refusal, setRefusal] = useState<Refusal>()
  const [made, setMade] = useState<NewEndpoint>()
  const writer = useWriter()
  const make = async () => {
    setRefusal(undefined)
    const wrong = faultsIn(terms)
    setFaults(wrong)
    if (Object.keys(wrong).length > 0) return
    const description = terms.description.trim()
    const body = {
      url: terms.url.trim(),
      types: terms.types,
      ...(description !== '' && { description }),
      ...(reason.trim() !== '' && { reason: reason.trim() }),
    }
    const answer = await writer.write<NewEndpoint>(ENDPOINTS_PATH, { method: 'POST', body })
    if (answer.ok) return setMade(answer.body)
    setRefusal(answer)
    if (answer.field !== undefined) setFaults({ [answer.field]: answer.detail })
  }
  return {
    form: { terms, reason, faults, refusal, made, isBusy: writer.isBusy },
    setTerms,
    setReason,
    make: () => writer.once(make),
  }
}
