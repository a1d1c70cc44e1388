// Signing in with an admin key. A key that opens nothing is said to be so, and stays in the field.

import { useState } from 'preact/hooks'
import { whoHas } from './asking/api.ts'
import { Field } from './pieces/field.tsx'
import { Heading } from './pieces/heading.tsx'
import { words } from './language.ts'
import { refusalText } from './pieces/refusal.tsx'
import { begin } from './asking/session.ts'
import { useWriter } from './asking/writer.ts'

export const SignIn = ({ news, onSignedIn }: { news: string; onSignedIn: () => void }) => {
  const said = words()
  const [key, setKey] = useState('')
  const [fault, setFault] = useState<string>()
  const writer = useWriter()
  const signIn = async () => {
    if (key.trim() === '') return setFault(said.textFault.needed)
    if (!CAN_BE_A_KEY.test(key.trim())) return setFault(said.wrongKey)
    const who = await whoHas(key.trim())
    if (!who.ok) return setFault(who.status === 401 ? said.wrongKey : refusalText(who))
    begin({ key: key.trim(), role: who.body.role })
    onSignedIn()
  }
  return (
    <>
      <Heading title={said.signIn} />
      <p role="status">{news}</p>
      <form
        class="card narrow"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          writer.once(signIn)
        }}
      >
        <p class="quiet">{said.signInSaid}</p>
        <Field label={said.adminKey} type="password" value={key} fault={fault} onValue={setKey} />
        <div role="alert" class="unseen">
          {fault}
        </div>
        <button class="primary" aria-disabled={writer.isBusy}>
          {writer.isBusy ? said.sending : said.signIn}
        </button>
      </form>
    </>
  )
}

const CAN_BE_A_KEY = /^[\x21-\x7e]+$/ // what a header can carry
