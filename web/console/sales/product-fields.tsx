// Which product is sold: one that is there, or a new one with all that the API takes of it.

import type { Schema } from '../asking/schema.ts'
import { words } from '../language.ts'
import { Choice, Field } from '../pieces/field.tsx'
import type { Product } from '../shapes.ts'
import { allowedText, schemaFaults } from './allowed.ts'
import { faultTexts } from './fault-texts.ts'
import { minorUnits, NEW_PRODUCT, type TextFault } from './terms.ts'
import { making } from './words.ts'

export type ProductTexts = Record<
  'title' | 'listPrice' | 'currency' | 'picture' | 'description',
  string
>

export const NO_PRODUCT: ProductTexts = {
  title: '',
  listPrice: '',
  currency: 'CNY',
  picture: '',
  description: '',
}

interface ProductProps {
  productId: string // or NEW_PRODUCT
  product: ProductTexts // the new one
  products: Product[]
  schema: Schema | undefined
  faults: Partial<Record<string, string>> // of a new one with `product.` before its name
  onChoice: (productId: string) => void
  onChange: (product: ProductTexts) => void
}

export const ProductFields = (of: ProductProps) => {
  const { productId, product, products, schema, faults, onChoice, onChange } = of
  const said = words()
  const { between, pictureSaid, productTerm } = making()
  const field = (name: keyof ProductTexts, more?: string) => {
    const allowed = allowedText({ schema, name, currency: product.currency.trim() })
    return {
      value: product[name],
      hint: [allowed, more].filter(Boolean).join(between) || undefined,
      fault: faults[`product.${name}`],
      onValue: (value: string) => onChange({ ...product, [name]: value }),
    }
  }
  return (
    <div class="fields">
      <Choice
        label={said.product}
        value={productId}
        fault={faults.productId}
        choices={[[NEW_PRODUCT, said.newProduct], ...products.map(nameOf)]}
        onValue={onChoice}
      />
      {productId === NEW_PRODUCT ? (
        <>
          <Field label={said.productTitle} {...field('title')} />
          <Field label={said.listPrice} inputMode="decimal" {...field('listPrice')} />
          <Field label={said.currency} {...field('currency')} />
          <Field label={productTerm.picture} {...field('picture', pictureSaid)} />
          <Field label={productTerm.description} {...field('description')} />
        </>
      ) : null}
    </div>
  )
}

export const nameOf = ({ productId, title }: Product): [string, string] => [
  productId,
  `${title} (${productId})`,
]

// A new product as the API takes it, and what is wrong with it.
export const productOf = (texts: ProductTexts, schema: Schema | undefined) => {
  const currency = texts.currency.trim()
  const [title, picture, description] = [texts.title, texts.picture, texts.description].map(
    (text) => text.trim() || undefined,
  )
  const listPrice = minorUnits(texts.listPrice, currency)
  const body = { title, listPrice, currency: currency || undefined, picture, description }
  const typed: Record<string, TextFault> = {
    ...(title === undefined && { title: 'needed' }),
    ...(currency === '' && { currency: 'needed' }),
    ...(listPrice === undefined && { listPrice: 'not-a-price' }),
    ...(texts.listPrice.trim() === '' && { listPrice: 'needed' }),
  }
  const faults = { ...schemaFaults(schema, body, currency), ...faultTexts(typed) }
  const named = Object.entries(faults).map(([name, fault]) => [`product.${name}`, fault])
  return { body, faults: Object.fromEntries(named) as Record<string, string> }
}
