// The frame of the console: the address says which view is shown, the session what it may do. One view at
// a time; whatever it does ends when the next one begins.

import { useEffect, useState } from 'preact/hooks'
import { AuditView } from './audit/audit.tsx'
import { chooseLanguage, language, otherLanguage, words } from './language.ts'
import { later } from './pieces/later.tsx'
import { MoreMenu } from './pieces/more-menu.tsx'
import { NoSuchPage } from './pieces/no-such-page.tsx'
import { operationsWords } from './operations-words.ts'
import { ReadinessView } from './readiness/readiness.tsx'
import { SaleView } from './sales/sale.tsx'
import { SalesView } from './sales/sales.tsx'
import { end, onEnd, session } from './asking/session.ts'
import { SignIn } from './sign-in.tsx'
import { readAddress } from './asking/address.ts'
import { buyingWords } from './buying-words.ts'
import { making } from './sales/words.ts'

const LiveView = later(async () => (await import('./live/live.tsx')).LiveView)
const CreateSale = later(async () => (await import('./sales/create-sale.tsx')).CreateSale)
const SaleLike = later(async () => (await import('./sales/create-sale.tsx')).SaleLike)
const EditSale = later(async () => (await import('./sales/edit-sale.tsx')).EditSale)
const ProductsView = later(async () => (await import('./sales/products.tsx')).ProductsView)

const BuyingView = later(async () => (await import('./buying.tsx')).BuyingView)
const OperationsView = later(async () => (await import('./operations.tsx')).OperationsView)

export const Console = () => {
  const [hash, setHash] = useState(location.hash)
  const [because, setBecause] = useState<'signed-out' | 'refused'>()
  const [, setRound] = useState(0)
  const showAnew = () => setRound((before) => before + 1)
  useEffect(() => {
    const follow = () => setHash(location.hash)
    addEventListener('hashchange', follow)
    onEnd(setBecause)
    return () => removeEventListener('hashchange', follow)
  }, [])
  const said = words()
  useEffect(() => {
    document.documentElement.lang = language()
  }, [said])
  const news = { 'signed-out': said.signedOut, refused: said.keyRefused, none: '' }
  const signedIn = () => {
    setBecause(undefined)
    showAnew()
  }
  return (
    <>
      <Header hash={hash} onLanguage={showAnew} />
      <main id="main" tabIndex={-1}>
        {session() === undefined ? (
          <SignIn key="sign-in" news={news[because ?? 'none']} onSignedIn={signedIn} />
        ) : (
          <View key={hash} hash={hash} />
        )}
      </main>
    </>
  )
}

const View = ({ hash }: { hash: string }) => {
  const [, saleId = '', part = ''] = /^#\/sales\/(\d+)(\/\w+)?$/.exec(hash) ?? []
  if (saleId !== '' && part === '') return <SaleView saleId={saleId} />
  if (saleId !== '' && part === '/audit') return <AuditView saleId={saleId} />
  if (saleId !== '' && part === '/readiness') return <ReadinessView saleId={saleId} />
  const mayWrite = session()?.role === 'operator'
  if (mayWrite && saleId !== '' && part === '/edit') return <EditSale saleId={saleId} />
  if (mayWrite && saleId !== '' && (part === '/clone' || part === '/rehearsal'))
    return <SaleLike saleId={saleId} as={part === '/clone' ? 'clone' : 'rehearsal'} />
  if (mayWrite && hash === '#/new') return <CreateSale />
  if (hash === '#/products') return <ProductsView />
  if (hash === '#/live') return <LiveView />
  if (/^(#\/?)?$/.test(hash)) return <SalesView />
  const { path, asked } = readAddress(hash)
  if (BUYING.test(path)) return <BuyingView path={path} asked={asked} />
  if (OPERATIONS.test(path)) return <OperationsView path={path} asked={asked} />
  return <NoSuchPage />
}

const BUYING = /^#\/(orders|buyers|blocklist)(\/|$)/
const OPERATIONS = /^#\/(webhooks|deliveries|dead-letters|log|settings)(\/|$)/

const Header = ({ hash, onLanguage }: { hash: string; onLanguage: () => void }) => {
  const said = words()
  const other = otherLanguage()
  const now = session()
  const skip = (event: Event) => {
    event.preventDefault() // the address belongs to the views
    document.getElementById('main')?.focus()
  }
  const switchLanguage = () => {
    chooseLanguage(other)
    onLanguage()
  }
  return (
    <header>
      <a class="skip" href="#main" onClick={skip}>
        {said.skip}
      </a>
      <a class="brand" href="#/">
        {said.brand}
      </a>
      {now === undefined ? null : <Links hash={hash} mayWrite={now.role === 'operator'} />}
      <div class="own">
        {now === undefined ? null : (
          <>
            <span class="quiet small">{said.role[now.role]}</span>
            <button type="button" class="plain" onClick={() => end('signed-out')}>
              {said.signOut}
            </button>
          </>
        )}
        <button type="button" class="plain" lang={other} onClick={switchLanguage}>
          {words(other).name}
        </button>
      </div>
    </header>
  )
}

const Links = ({ hash, mayWrite }: { hash: string; mayWrite: boolean }) => {
  const said = words()
  const operations = operationsWords()
  const buying = buyingWords()
  const { path } = readAddress(hash)
  const link = (to: string, label: string) => (
    <a href={to} aria-current={path === to ? 'page' : undefined}>
      {label}
    </a>
  )
  return (
    <nav>
      {link('#/', said.sales)}
      {link('#/live', said.live)}
      {link('#/orders', buying.orders)}
      {link('#/buyers', buying.buyers)}
      {mayWrite ? link('#/new', said.newSale) : null}
      <MoreMenu hash={hash}>
        {link('#/products', making().products)}
        {link('#/blocklist', buying.blocklist)}
        {link('#/webhooks', operations.webhooks)}
        {link('#/dead-letters', operations.deadLetters)}
        {link('#/log', operations.log)}
        {link('#/settings', operations.settings)}
      </MoreMenu>
    </nav>
  )
}
