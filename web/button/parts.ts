// What is seen of the button: a countdown, the button, a way to stop, and a line that a screen reader reads
// out. Its style is set by script alone, so that no policy of a page has to allow inline styles.

export interface Parts {
  countdown: HTMLElement
  button: HTMLElement
  stop: HTMLElement
  told: HTMLElement
}

export const partsIn = (root: ShadowRoot): Parts => {
  const countdown = made('p', { part: 'countdown', role: 'timer' })
  const button = made('button', { part: 'button', type: 'button' })
  const stop = made('button', { part: 'stop', type: 'button', hidden: '' })
  const told = made('p', { part: 'status', role: 'status' })
  root.adoptedStyleSheets = [style()]
  root.replaceChildren(countdown, button, stop, told)
  return { countdown, button, stop, told }
}

const made = (tag: string, attributes: Record<string, string>): HTMLElement => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

// One for all buttons of the page.
const style = () => {
  shared ??= new CSSStyleSheet()
  shared.replaceSync(CSS)
  return shared
}

let shared: CSSStyleSheet | undefined

const CSS = `
:host { display: block; font: var(--seckill-font, inherit); color: var(--seckill-text, inherit) }
:host([hidden]), [hidden] { display: none }
p { margin: 0 0 8px }
p:empty { margin: 0 }
[role='timer'] { font-variant-numeric: tabular-nums; font-weight: 600 }
[role='status'] { margin: 8px 0 0 }
button { font: inherit; cursor: pointer; border: 0; min-height: 44px }
[part='button'] {
  width: 100%;
  padding: 12px 20px;
  border-radius: var(--seckill-radius, 10px);
  background: var(--seckill-accent, #d92d20);
  color: var(--seckill-on-accent, #fff);
  font-weight: 700;
}
[part='button'][aria-disabled='true'] {
  background: var(--seckill-off, #d8d4ce);
  color: var(--seckill-on-off, #5b5650);
  cursor: default;
}
[part='stop'] { padding: 6px 2px; background: none; color: var(--seckill-link, inherit); text-decoration: underline }
:focus-visible { outline: 3px solid var(--seckill-focus, currentcolor); outline-offset: 2px }
`

// Writes only what differs, so that a screen reader is not told the same twice.
export const write = (place: HTMLElement, text: string) => {
  if (place.textContent !== text) place.textContent = text
}

// A button that keeps the focus while it cannot be used: a disabled one would lose it.
export const enable = (button: HTMLElement, isEnabled: boolean) =>
  button.setAttribute('aria-disabled', String(!isEnabled))

export const isEnabled = (button: HTMLElement) => button.getAttribute('aria-disabled') === 'false'
