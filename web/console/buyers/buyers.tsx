// Where a buyer is looked for, by number: buyers are not listed.

import { useState } from 'preact/hooks'
import { buyingWords } from '../buying-words.ts'
import { Field } from '../pieces/field.tsx'
import { Heading } from '../pieces/heading.tsx'
import { buyerWords } from './words.ts'

export const BuyersView = () => {
  const said = buyerWords()
  const [buyerId, setBuyerId] = useState('')
  const [fault, setFault] = useState<string>()
  const open = () => {
    const isNumber = /^\s*\d+\s*$/.test(buyerId)
    setFault(isNumber ? undefined : said.notANumber)
    if (isNumber) location.hash = `#/buyers/${buyerId.trim()}`
  }
  return (
    <>
      <Heading title={buyingWords().buyers} />
      <form
        class="card narrow"
        noValidate
        role="search"
        onSubmit={(event) => {
          event.preventDefault()
          open()
        }}
      >
        <p class="quiet">{said.buyersSaid}</p>
        <Field
          label={said.buyerId}
          inputMode="numeric"
          value={buyerId}
          fault={fault}
          onValue={setBuyerId}
        />
        <button class="primary">{said.open}</button>
      </form>
    </>
  )
}
