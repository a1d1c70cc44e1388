// All products there are, as they were made: nothing of a product is ever changed.

import { usePolled } from '../asking/polled.ts'
import { words } from '../language.ts'
import { money } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import type { Product } from '../shapes.ts'
import { making } from './words.ts'

const LOOK_EVERY_MS = 30_000

export const ProductsView = () => {
  const said = words()
  const { products: title, productsSaid, noProducts } = making()
  const { body, refusal } = usePolled<{ products: Product[] }>('/api/admin/products', LOOK_EVERY_MS)
  return (
    <>
      <Heading title={title} />
      <p class="quiet">{productsSaid}</p>
      <Refused refusal={refusal} />
      {body === undefined ? <p class="quiet">{refusal ? '' : said.loading}</p> : null}
      {body?.products.length === 0 ? <p>{noProducts}</p> : null}
      {body?.products.map((product) => (
        <OneProduct key={product.productId} product={product} />
      ))}
    </>
  )
}

const OneProduct = ({ product }: { product: Product }) => {
  const said = words()
  const { productTerm } = making()
  const { productId, title, listPrice, currency, picture, description } = product
  const facts = [
    [said.listPrice, money(listPrice, currency)],
    [said.productId, productId],
    [productTerm.picture, picture],
    [productTerm.description, description],
  ].filter(([, value]) => value !== undefined)
  return (
    <section class="card">
      <h2>{title}</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
