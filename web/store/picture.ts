// The picture of a product, or its first letter. Only https: another address would not be loaded anyway.

import { element } from './element.ts'
import type { SaleFacts } from './sale-facts.ts'

export const picture = ({ title, product }: SaleFacts): HTMLElement => {
  const frame = element('div', { class: 'picture' })
  const letter = Array.from((product?.title ?? title).trim())[0] ?? ''
  const placeholder = element('span', { 'aria-hidden': 'true' }, letter)
  if (!product?.picture?.startsWith('https://')) {
    frame.append(placeholder)
    return frame
  }
  const image = element('img', { src: product.picture, alt: product.title, loading: 'lazy' })
  image.addEventListener('load', () => image.classList.add('loaded'))
  image.addEventListener('error', () => image.replaceWith(placeholder))
  frame.append(image)
  return frame
}
