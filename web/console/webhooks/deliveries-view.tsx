// Deliveries to all endpoints, or those of one order or sale, as the address asks.

import { useState } from 'preact/hooks'
import { type Asked, addressOf } from '../asking/address.ts'
import { words } from '../language.ts'
import { Choice, Field } from '../pieces/field.tsx'
import { Heading } from '../pieces/heading.tsx'
import { pieceWords } from '../pieces/words.ts'
import { Deliveries } from './deliveries.tsx'
import { webhookWords } from './words.ts'

type Kind = 'orderId' | 'saleId' | ''

export const DeliveriesView = ({ asked }: { asked: Asked }) => {
  const said = webhookWords()
  const { orderId, saleId } = asked
  return (
    <>
      <a href="#/webhooks">← {said.toAll}</a>
      <Heading title={said.deliveries} />
      <Filter kind={orderId ? 'orderId' : saleId ? 'saleId' : ''} id={orderId ?? saleId ?? ''} />
      <Deliveries of={{ orderId, saleId }} />
    </>
  )
}

const Filter = ({ kind: firstKind, id: firstId }: { kind: Kind; id: string }) => {
  const said = webhookWords()
  const [kind, setKind] = useState<Kind>(firstKind)
  const [id, setId] = useState(firstId)
  const [fault, setFault] = useState<string>()
  const show = () => {
    const isRight = kind === '' || /^\s*\d+\s*$/.test(id)
    setFault(isRight ? undefined : words().textFault['not-a-number'])
    if (isRight) location.hash = addressOf('#/deliveries', kind === '' ? {} : { [kind]: id.trim() })
  }
  return (
    <form
      class="card"
      role="search"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        show()
      }}
    >
      <div class="fields">
        <Choice
          label={said.whichSubject}
          value={kind}
          choices={[['', said.anything], ...Object.entries(said.deliveriesOf)]}
          onValue={(next) => setKind(next as Kind)}
        />
        {kind === '' ? null : (
          <Field label={said.number} inputMode="numeric" value={id} fault={fault} onValue={setId} />
        )}
      </div>
      <button class="primary">{pieceWords().search}</button>
    </form>
  )
}
