// Changing the terms of a sale. Of two operators at once the second is told so, sees the sale as it is now,
// and keeps what he typed; so does one whose session ends in the middle.

import { useEffect, useState } from 'preact/hooks'
import { call, type Refusal } from '../asking/api.ts'
import { usePolled } from '../asking/polled.ts'
import { useBodySchema } from '../asking/schema.ts'
import { useWriter } from '../asking/writer.ts'
import { words } from '../language.ts'
import { Choice, Field } from '../pieces/field.tsx'
import { timeZone } from '../pieces/format.ts'
import { Heading } from '../pieces/heading.tsx'
import { Refused } from '../pieces/refusal.tsx'
import type { Product, Sale } from '../shapes.ts'
import { termsFaults } from './fault-texts.ts'
import { FaultNews, FromBefore, useFaults } from './form-parts.tsx'
import { useKeptDraft } from './kept-draft.ts'
import { nameOf } from './product-fields.tsx'
import { bodyOf, type TermTexts, textsOf } from './terms.ts'
import { TermsForm } from './terms-form.tsx'

interface Base {
  sale: Sale // as it was when this was last looked at
  etag: string | undefined
}

interface Draft extends Base {
  texts: TermTexts
  zone: string // of its times
  nowIs: Partial<TermTexts> // what somebody else has made of what was typed here
  reason: string
}

const PRODUCTS_EVERY_MS = 60_000

const read = async (saleId: string) => {
  const answer = await call<Sale>(`/api/admin/sales/${saleId}`)
  return answer.ok ? { ok: true as const, sale: answer.body, etag: answer.etag } : answer
}

export const EditSale = ({ saleId }: { saleId: string }) => {
  const [base, setBase] = useState<Base>()
  const [refusal, setRefusal] = useState<Refusal>()
  useEffect(() => {
    void read(saleId).then((found) => (found.ok ? setBase(found) : setRefusal(found)))
  }, [saleId])
  const said = words()
  if (base !== undefined) return <EditForm first={base} />
  return refusal ? <Refused refusal={refusal} /> : <p class="quiet">{said.loading}</p>
}

const EditForm = ({ first }: { first: Base }) => {
  const said = words()
  const { form, place, change, beginAnew, save } = useEditing(first)
  const { sale, texts, zone, nowIs, schema, products, currency, faults, news } = form
  const { saleId, title, status, startsAt } = sale
  const hasBegun = status !== 'scheduled' && Date.parse(startsAt) <= Date.now()
  return (
    <>
      <a href={`#/sales/${saleId}`}>← {said.backToSale}</a>
      <Heading title={said.editTitle(title)} />
      <FromBefore isShown={form.isFromBefore} onAnew={beginAnew} />
      <form
        class="card"
        ref={place}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <p class="news" role="alert">
          {news && said[news]}
        </p>
        {hasBegun ? (
          <p>{said.onlyLimits}</p>
        ) : (
          <ProductChoice {...{ sale, texts, products, faults }} onChange={change} />
        )}
        <TermsForm
          {...{ texts, zone, currency, schema, faults, nowIs }}
          {...(hasBegun && { only: 'limits' as const })}
          onChange={change}
        />
        <Field
          label={said.reasonOptional}
          hint={said.reasonSaid}
          value={form.reason}
          fault={faults.reason}
          onValue={(reason) => change({ reason })}
        />
        <FaultNews faults={faults} />
        <Refused refusal={form.refusal} />
        <button class="primary" aria-disabled={form.isBusy}>
          {form.isBusy ? said.sending : said.save}
        </button>
      </form>
    </>
  )
}

const ProductChoice = (of: {
  sale: Sale
  texts: TermTexts
  products: Product[]
  faults: Partial<Record<string, string>>
  onChange: (part: { texts: TermTexts }) => void
}) => {
  const { sale, texts, products, faults, onChange } = of
  const known = products.map(nameOf)
  const isKnown = known.some(([productId]) => productId === sale.productId)
  return (
    <Choice
      label={words().product}
      value={texts.productId}
      fault={faults.productId ?? faults.currency}
      choices={isKnown ? known : [[sale.productId, sale.productId], ...known]}
      onValue={(productId) => onChange({ texts: { ...texts, productId } })}
    />
  )
}

const firstDraft = (base: Base): Draft => {
  const zone = timeZone()
  return { ...base, texts: textsOf(base.sale, zone), zone, nowIs: {}, reason: '' }
}

const useEditing = (first: Base) => {
  const kept = useKeptDraft(`edit ${first.sale.saleId}`, () => firstDraft(first))
  const { sale, etag, texts, zone, reason } = kept.draft
  const [news, setNews] = useState<'somebodyFaster' | 'nothingChanged'>()
  const { place, faults, refusal, show, refuse } = useFaults()
  const schema = useBodySchema('patch /api/admin/sales/{saleId}')
  const writer = useWriter()
  const list = usePolled<{ products: Product[] }>('/api/admin/products', PRODUCTS_EVERY_MS)
  const products = list.body?.products ?? []
  const known = products.find(({ productId }) => productId === texts.productId)
  const currency = known?.currency ?? sale.currency
  const path = `/api/admin/sales/${sale.saleId}`

  const save = async () => {
    setNews(undefined)
    if (!show(termsFaults(texts, { zone, currency, schema }))) return
    const changes = changesOf(sale, { texts, zone, currency })
    if (Object.keys(changes).length === 0) return setNews('nothingChanged')
    const body = { ...changes, ...(reason.trim() !== '' && { reason: reason.trim() }) }
    const answer = await writer.write<Sale>(path, { method: 'PATCH', body, ifMatch: etag })
    if (!answer.ok) return answer.code === 'version-changed' ? lookAgain() : refuse(answer)
    kept.forget()
    location.hash = `#/sales/${sale.saleId}`
  }
  const lookAgain = async () => {
    const found = await read(sale.saleId)
    if (!found.ok) return refuse(found)
    const [before, now] = [textsOf(sale, zone), textsOf(found.sale, zone)]
    kept.change({ ...mergeTexts({ before, mine: texts, now }), sale: found.sale, etag: found.etag })
    setNews('somebodyFaster')
  }
  const { draft, isFromBefore, change, beginAnew } = kept
  const shown = { schema, products, currency, faults, refusal, news, isBusy: writer.isBusy }
  return {
    form: { ...draft, ...shown, isFromBefore },
    place,
    change,
    beginAnew,
    save: () => writer.once(save),
  }
}

// Only what is another now: what is sent unchanged could still be refused.
const changesOf = (
  sale: Sale,
  { texts, zone, currency }: { texts: TermTexts; zone: string; currency: string },
): Record<string, unknown> => {
  const asItWas = { zone, currency: sale.currency }
  const before: Record<string, unknown> = bodyOf(textsOf(sale, zone), asItWas).body
  const after = Object.entries(bodyOf(texts, { zone, currency }).body)
  return Object.fromEntries(
    after.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
  )
}

// What I changed stays, beside what it is now; the rest is as the other operator left it.
const mergeTexts = (of: { before: TermTexts; mine: TermTexts; now: TermTexts }) => {
  const texts = { ...of.now }
  const nowIs: Partial<TermTexts> = {}
  for (const name of Object.keys(texts) as (keyof TermTexts)[]) {
    if (of.mine[name] === of.before[name]) continue
    texts[name] = of.mine[name]
    if (of.now[name] !== of.before[name]) nowIs[name] = of.now[name]
  }
  return { texts, nowIs }
}
