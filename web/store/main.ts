// The page: the address says which view is shown, the account and the language how. What stands behind the
// `#` counts first, on any page, and without it the page is of a sale, or of all. One view at a time; whatever
// it does ends when the next one begins.

import { account, onAccount, signOut } from './account.ts'
import { onReach } from '../../client/ask.ts'
import { element, write } from './element.ts'
import { chooseLanguage, language, LANGUAGES, otherLanguage, words } from './language.ts'
import { orderView } from './order-view.ts'
import { ordersView } from './orders-view.ts'
import { saleView } from './sale-view.ts'
import { salesView, toSales } from './sales-view.ts'
import { signInForm } from './sign-in-form.ts'
import { keepTime } from './time.ts'
import type { View } from './view.ts'

const VIEWS: [address: RegExp, view: (view: View) => Promise<unknown>][] = [
  [/^\/$/, salesView],
  [/^(?:#\/sales\/(\d+)|\/sales\/(\d+)\/)$/, saleView],
  [/^#\/sales\/(\d+)\/orders\/(\d+)$/, orderView],
  [/^#\/orders$/, ordersView],
  [/^#\/sign-in$/, async (view) => signInView(view)],
]

const addressNow = (): string =>
  location.hash.length > '#/'.length ? location.hash : location.pathname

const place = (id: string) => document.getElementById(id)!

let leaving = new AbortController()

const showView = (isNavigation: boolean) => {
  leaving.abort()
  leaving = new AbortController()
  const { signal } = leaving
  const said = words()
  const here = addressNow()
  const found = VIEWS.find(([address]) => address.test(here))
  const [address, view] = found ?? [/^/, async (of: View) => nothingView(of)]
  const ids = (address.exec(here) ?? []).slice(1).filter((id) => id !== undefined)
  place('main').replaceChildren(element('p', { class: 'quiet' }, said.loading))
  view({ ids, signal, show: shower(isNavigation) }).catch((error: unknown) => {
    if (signal.aborted) return
    place('main').replaceChildren(element('p', { role: 'alert' }, said.broken))
    throw error
  })
}

// The heading takes the focus, so that the keyboard and the screen reader are where the eye is; not when
// the page has just been opened.
const shower =
  (isNavigation: boolean) =>
  (title: string, ...children: Node[]) => {
    const main = place('main')
    main.replaceChildren(...children)
    document.title = `${title} · ${words().brand}`
    const heading = main.querySelector('h1')
    heading?.setAttribute('tabindex', '-1')
    if (isNavigation) heading?.focus()
  }

const signInView = ({ show, signal }: View) => {
  if (account() !== undefined) return location.replace('#/') // what this page is for
  const said = words()
  show(said.signIn, element('h1', {}, said.signIn), signInForm(signal, said.toBeReady))
}

const nothingView = ({ show }: View) => {
  const said = words()
  show(said.noSuchPage, element('h1', {}, said.noSuchPage), toSales())
}

const showFrame = () => {
  const said = words()
  const other = otherLanguage()
  document.documentElement.lang = language()
  write(place('skip'), said.skip)
  write(place('brand'), said.brand)
  write(place('to-sales'), said.sales)
  write(place('to-orders'), said.orders)
  write(place('language'), LANGUAGES[other].name)
  for (const id of ['to-orders', 'language']) place(id).hidden = false
  place('language').setAttribute('lang', other)
  const name = account()?.name
  const who = element('span', { class: 'who' }, name ?? '')
  const leave = element(
    'button',
    { type: 'button', class: 'plain', click: () => void signOut() },
    said.signOut,
  )
  const enter = element('a', { href: '#/sign-in' }, said.signIn)
  place('account').replaceChildren(...(name === undefined ? [enter] : [who, leave]))
}

const start = () => {
  const showAll = () => {
    showFrame()
    showView(true)
  }
  addEventListener('hashchange', () => showView(true))
  onAccount(showAll)
  onReach((isReached) => write(place('unreachable'), isReached ? '' : words().unreachable))
  place('language').addEventListener('click', () => {
    chooseLanguage(otherLanguage())
    showFrame()
    showView(false)
  })
  place('skip').addEventListener('click', (event) => {
    event.preventDefault() // the address belongs to the views
    place('main').focus()
  })
  showFrame()
  showView(false)
  void keepTime()
}

start()
