// From the page of a sale, or of an order, to what those who run the engine know of it.

import { addressOf } from './asking/address.ts'
import { operationsWords } from './operations-words.ts'
import { readinessWords } from './readiness/words.ts'

export const SaleOperations = ({ saleId }: { saleId: string }) => {
  const said = operationsWords()
  return (
    <>
      <a href={`#/sales/${saleId}/readiness`}>{readinessWords().title}</a>
      <a href={addressOf('#/log', { subject: `sale ${saleId}` })}>{said.done}</a>
      <a href={addressOf('#/deliveries', { saleId })}>{said.told}</a>
    </>
  )
}

export const OrderOperations = ({ orderId }: { orderId: string }) => {
  const said = operationsWords()
  return (
    <p class="buttons">
      <a href={addressOf('#/log', { subject: `order ${orderId}` })}>{said.done}</a>
      <a href={addressOf('#/deliveries', { orderId })}>{said.told}</a>
    </p>
  )
}
