// Signing in, or up: one form that changes its mind. Once somebody is signed in the page shows itself
// anew, by `onAccount`.

import { hasRunOut, signIn, signUp } from './account.ts'
import { element, enable, isEnabled, write } from './element.ts'
import { words } from './language.ts'
import { beside } from './view.ts'

const NAME_MAX = '64'
const PASSWORD_MAX = '256'

export const signInForm = (signal: AbortSignal, ...why: (HTMLElement | string)[]): HTMLElement => {
  const elsewhere = document.querySelector<HTMLMetaElement>('meta[name="sign-in"]')?.content
  return elsewhere === undefined ? formHere(signal, why) : wayThere(elsewhere, why)
}

// That page leaves the session where this one keeps it (docs/client.md), and sends the buyer back.
const wayThere = (address: string, why: (HTMLElement | string)[]) => {
  const there = new URL(address, location.origin)
  there.searchParams.set('return', location.pathname + location.hash)
  const lead = element('p', { class: 'quiet' }, ...why)
  const link = element('a', { class: 'buy', href: there.pathname + there.search }, words().signIn)
  return element('div', {}, lead, link)
}

const formHere = (signal: AbortSignal, why: (HTMLElement | string)[]): HTMLElement => {
  const said = words()
  const name = field({
    label: said.buyerName,
    name: 'name',
    autocomplete: 'username',
    maxlength: NAME_MAX,
  })
  const password = field({
    label: said.password,
    name: 'password',
    type: 'password',
    maxlength: PASSWORD_MAX,
  })
  const result = element(
    'p',
    { class: 'result', role: 'status' },
    hasRunOut() ? said.outcome.unauthorized : '',
  )
  const button = element('button', { class: 'buy' })
  const change = element('button', { type: 'button', class: 'plain' })
  let isNew = false

  const submit = async () => {
    if (!isEnabled(button)) return
    const credentials = { name: name.input.value, password: password.input.value }
    enable(button, false)
    write(result, said.signingIn)
    const answer = await (isNew ? signUp : signIn)(credentials, signal)
    if (answer.ok) return
    enable(button, true)
    write(result, said.refusal[answer.code] ?? said.refused)
  }
  const mode = (newHere: boolean) => {
    isNew = newHere
    write(button, isNew ? said.signUp : said.signIn)
    write(change, isNew ? said.knownHere : said.newHere)
    password.input.autocomplete = isNew ? 'new-password' : 'current-password'
  }
  mode(false)
  change.addEventListener('click', () => mode(!isNew))
  const onSubmit = (event: Event) => {
    event.preventDefault()
    beside(signal, submit())
  }
  const lead = element('p', { class: 'quiet' }, ...why)
  const fields = [name.label, password.label]
  return element('form', { submit: onSubmit }, lead, ...fields, button, result, change)
}

const field = ({ label, ...attributes }: Record<string, string> & { label: string }) => {
  const input = element('input', { required: true, ...attributes })
  return { input, label: element('label', {}, label, input) }
}
