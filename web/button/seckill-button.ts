// <seckill-button sale="7" src="https://shop.example">: a sale's button in anybody's page (docs/client.md).
// The page gives it the purchase token by its property `purchaseToken`, and hears from it by events.

import type { PurchaseToken } from '../../client/buy.ts'
import type { Bought } from '../../client/purchase.ts'
import { partsIn } from './parts.ts'
import { sell } from './sell.ts'
import { wordsIn } from './words.ts'

class SeckillButton extends HTMLElement {
  static readonly observedAttributes = ['sale', 'src', 'units']

  // The page may have set it before this class was there.
  purchaseToken: PurchaseToken | undefined = (this as { purchaseToken?: PurchaseToken })
    .purchaseToken

  #selling: AbortController | undefined
  #isDue = false

  connectedCallback() {
    this.#beginSoon()
  }

  disconnectedCallback() {
    this.#selling?.abort()
  }

  attributeChangedCallback() {
    this.#beginSoon()
  }

  // Once, when all attributes are there.
  #beginSoon() {
    if (this.#isDue) return
    this.#isDue = true
    queueMicrotask(() => {
      this.#isDue = false
      if (this.isConnected) this.#begin()
    })
  }

  #begin() {
    this.#selling?.abort()
    this.#selling = new AbortController()
    const parts = partsIn(this.shadowRoot ?? this.attachShadow({ mode: 'open' }))
    const saleId = this.getAttribute('sale') ?? ''
    sell(parts, {
      saleId,
      baseUrl: this.getAttribute('src') ?? '',
      units: Number(this.getAttribute('units') ?? 1),
      signal: this.#selling.signal,
      words: () => wordsIn(languageOf(this)),
      purchaseToken: () => this.purchaseToken,
      bought: (result) => tell(this, saleId, result),
    })
  }
}

const languageOf = (button: HTMLElement): string =>
  (button.closest<HTMLElement>('[lang]') ?? document.documentElement).lang || navigator.language

const tell = (button: HTMLElement, saleId: string, { outcome, orderId }: Bought) => {
  const send = (name: string, detail: object) =>
    button.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  send('seckill-outcome', { outcome, saleId })
  if (orderId !== undefined) send('seckill-accepted', { orderId, saleId })
}

customElements.define('seckill-button', SeckillButton)
