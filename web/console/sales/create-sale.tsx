// Making a sale, of a product that is there or of a new one: from nothing, like another one, or as a rehearsal of it.
// What the server refuses is said at the field it is about, and nothing typed is lost: not by a refusal, not without
// an answer, not when the session ends.

import { useEffect, useState } from 'preact/hooks'
import { call, type Refusal } from '../asking/api.ts'
import { usePolled } from '../asking/polled.ts'
import { useBodySchema } from '../asking/schema.ts'
import { useWriter } from '../asking/writer.ts'
import { words } from '../language.ts'
import { timeZone } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import type { Product, Sale } from '../shapes.ts'
import { termsFaults } from './fault-texts.ts'
import { FaultNews, FromBefore, useFaults } from './form-parts.tsx'
import { useKeptDraft } from './kept-draft.ts'
import { Preview, type Previewed } from './preview.tsx'
import { NO_PRODUCT, ProductFields, productOf, type ProductTexts } from './product-fields.tsx'
import { bodyOf, minorUnits, NEW_PRODUCT, newTerms, type TermTexts, textsLike } from './terms.ts'
import { TermsForm } from './terms-form.tsx'
import { making } from './words.ts'

export type Like = 'clone' | 'rehearsal'

const PRODUCTS_EVERY_MS = 60_000

interface Draft {
  texts: TermTexts
  zone: string // of its times
  product: ProductTexts // the new one
}

interface Template {
  sale: Sale
  as: Like
}

export const CreateSale = () => <MakeSale />

export const SaleLike = ({ saleId, as }: { saleId: string; as: Like }) => {
  const [sale, setSale] = useState<Sale>()
  const [refusal, setRefusal] = useState<Refusal>()
  useEffect(() => {
    void call<Sale>(`/api/admin/sales/${saleId}`).then((answer) =>
      answer.ok ? setSale(answer.body) : setRefusal(answer),
    )
  }, [saleId])
  if (sale !== undefined) return <MakeSale template={{ sale, as }} />
  return refusal ? <Refused refusal={refusal} /> : <p class="quiet">{words().loading}</p>
}

const MakeSale = ({ template }: { template?: Template }) => {
  const said = words()
  const { form, place, change, beginAnew, submit } = useMaking(template)
  const { texts, zone, product, products, currency, faults, schemas, sold } = form
  return (
    <>
      {template ? <a href={`#/sales/${template.sale.saleId}`}>← {said.backToSale}</a> : null}
      <Heading title={titleOf(template)} />
      <FromBefore isShown={form.isFromBefore} onAnew={beginAnew} />
      <form
        class="card"
        ref={place}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <fieldset>
          <legend>{said.product}</legend>
          <ProductFields
            {...{ product, products, faults }}
            productId={texts.productId}
            schema={schemas.product}
            onChoice={(productId) => change({ texts: { ...texts, productId } })}
            onChange={(next) => change({ product: next })}
          />
        </fieldset>
        <h2>{said.sale}</h2>
        <TermsForm
          {...{ texts, zone, currency, faults }}
          schema={schemas.sale}
          hints={{ price: priceHint({ texts, currency, sold }) }}
          onChange={change}
        />
        <Preview {...{ texts, zone, currency }} product={sold} />
        <FaultNews faults={faults} />
        <Refused refusal={form.refusal} />
        <button class="primary" aria-disabled={form.isBusy}>
          {form.isBusy ? said.sending : said.create}
        </button>
      </form>
    </>
  )
}

const titleOf = (template: Template | undefined): string => {
  const said = making()
  if (template === undefined) return words().newSale
  const { as, sale } = template
  return as === 'rehearsal' ? said.rehearseTitle(sale.title) : said.cloneTitle(sale.title)
}

const firstDraft = (template: Template | undefined): Draft => {
  const [zone, nowMs] = [timeZone(), Date.now()]
  const texts = template
    ? textsLike(template.sale, { nowMs, zone, as: template.as })
    : newTerms(nowMs, zone)
  return { texts, zone, product: NO_PRODUCT }
}

const useMaking = (template: Template | undefined) => {
  const name = template ? `${template.as} ${template.sale.saleId}` : 'new'
  const kept = useKeptDraft(name, () => firstDraft(template))
  const { texts, zone, product } = kept.draft
  const schemas = {
    sale: useBodySchema('post /api/admin/sales'),
    product: useBodySchema('post /api/admin/products'),
  }
  const { place, faults, refusal, show, refuse } = useFaults()
  const writer = useWriter()
  const list = usePolled<{ products: Product[] }>('/api/admin/products', PRODUCTS_EVERY_MS)
  const products = list.body?.products ?? []
  const known = products.find(({ productId }) => productId === texts.productId)
  const isNew = texts.productId === NEW_PRODUCT
  const currency = isNew ? product.currency.trim() : (known ?? template?.sale)?.currency

  const makeProduct = async (body: object) => {
    const made = await writer.write<Product>('/api/admin/products', { method: 'POST', body })
    if (!made.ok) return refuse(made, 'product.')
    list.reload()
    kept.change({ texts: { ...texts, productId: made.body.productId } }) // whatever comes now, it is made once
    return made.body.productId
  }
  const submit = async () => {
    const terms = { zone, currency: currency ?? '' }
    const made = isNew ? productOf(product, schemas.product) : undefined
    const faultsNow = { ...made?.faults, ...termsFaults(texts, { ...terms, schema: schemas.sale }) }
    if (!show(faultsNow)) return
    const productId = made ? await makeProduct(made.body) : texts.productId
    if (productId === undefined) return
    const body = { ...bodyOf(texts, terms).body, productId }
    const path = template ? `/api/admin/sales/${template.sale.saleId}/clone` : '/api/admin/sales'
    const answer = await writer.write<Sale>(path, { method: 'POST', body })
    if (!answer.ok) return refuse(answer)
    kept.forget()
    location.hash = `#/sales/${answer.body.saleId}`
  }
  const { isFromBefore, change, beginAnew } = kept
  const sold = isNew ? previewOf(product) : (known ?? { title: '', listPrice: undefined })
  const shown = { products, currency: currency ?? '', sold, schemas }
  return {
    form: { ...kept.draft, ...shown, faults, refusal, isFromBefore, isBusy: writer.isBusy },
    place,
    change,
    beginAnew,
    submit: () => writer.once(submit),
  }
}

const previewOf = (texts: ProductTexts): Previewed => ({
  title: texts.title.trim(),
  picture: texts.picture.trim(),
  description: texts.description.trim(),
  listPrice: minorUnits(texts.listPrice, texts.currency.trim()),
})

const priceHint = (of: { texts: TermTexts; currency: string; sold: Previewed }) => {
  const price = minorUnits(of.texts.price, of.currency)
  const { listPrice } = of.sold
  const isLess = price === undefined || listPrice === undefined || price < listPrice
  return isLess ? undefined : making().noDiscount
}
