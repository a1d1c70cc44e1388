// The sale as a buyer will see it, while it is typed: in the words and the order of its page (web/store/sale-view.ts).
// Times stand in the operator's zone and in UTC. A picture is fetched only when its address has stood still.

import { useEffect, useState } from 'preact/hooks'
import { money, timeZone } from '../pieces/format.ts'
import { minorUnits, type TermTexts } from './terms.ts'
import { inZone } from './time-field.tsx'
import { making } from './words.ts'
import { localTime } from './zone.ts'

export interface Previewed {
  title: string
  picture?: string | undefined
  description?: string | undefined
  listPrice: number | undefined // minor units
}

interface PreviewProps {
  texts: TermTexts
  zone: string
  currency: string
  product: Previewed
}

export const Preview = ({ texts, zone, currency, product }: PreviewProps) => {
  const said = making()
  const { shop } = said
  const limit = Number(texts.perBuyerLimit)
  const rules = [
    ...(Number.isInteger(limit) && limit > 0 ? [shop.ruleLimit(limit)] : []),
    shop.rulePay,
    shop.ruleRetry,
  ]
  return (
    <section class="preview" aria-labelledby="preview">
      <h2 id="preview">{said.preview}</h2>
      <Picture product={product} />
      <h3>{texts.title.trim() || said.noTitle}</h3>
      <p class="quiet">{product.title}</p>
      <Prices price={minorUnits(texts.price, currency)} {...{ currency, product }} />
      <Times text={texts.startsAt} zone={zone} says={shop.starts} />
      <Times text={texts.endsAt} zone={zone} says={shop.ends} />
      {product.description ? <p>{product.description}</p> : null}
      <h3>{shop.rules}</h3>
      <ul>
        {rules.map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ul>
    </section>
  )
}

const Prices = (of: { price: number | undefined; currency: string; product: Previewed }) => {
  const { price, currency, product } = of
  const said = making()
  if (price === undefined || !/^[A-Z]{3}$/.test(currency)) return <p>{said.notYetKnown}</p>
  const isLess = product.listPrice !== undefined && product.listPrice > price
  return (
    <p class="prices">
      <strong>{money(price, currency)}</strong>{' '}
      {isLess ? (
        <s>
          <span class="unseen">{said.shop.listPrice}: </span>
          {money(product.listPrice!, currency)}
        </s>
      ) : null}
    </p>
  )
}

const Times = (of: { text: string; zone: string; says: (at: string) => string }) => {
  const time = localTime(of.text, of.zone)
  if (!('atMs' in time)) return <p>{making().notYetKnown}</p>
  const zones = [...new Set([timeZone(), 'UTC'])]
  return <p>{of.says(zones.map((zone) => inZone(time.atMs, zone)).join(' · '))}</p>
}

// Only https: another address would not be loaded anyway.
const Picture = ({ product }: { product: Previewed }) => {
  const address = useSettled(product.picture?.trim() ?? '')
  const [broken, setBroken] = useState('')
  if (!address.startsWith('https://') || broken === address)
    return <p class="picture quiet">{making().noPicture}</p>
  return (
    <img class="picture" src={address} alt={product.title} onError={() => setBroken(address)} />
  )
}

const STANDS_STILL_MS = 600

const useSettled = (text: string): string => {
  const [settled, settle] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => settle(text), STANDS_STILL_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
