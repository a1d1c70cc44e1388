// The shop's own page: it knows who is signed in, so it fetches the purchase token, and it is told of the
// order.

const button = document.querySelector('seckill-button')

button.purchaseToken = async () => {
  const answer = await fetch('/purchase-token', { method: 'POST' })
  if (answer.status === 401) return undefined // nobody is signed in
  if (!answer.ok) throw new Error(`no purchase token: ${answer.status}`)
  const { purchaseToken } = await answer.json()
  return purchaseToken
}

button.addEventListener('seckill-accepted', ({ detail }) => {
  document.querySelector('#order').textContent = `Order ${detail.orderId}`
})
