// Makes elements. Text is only ever set as text: nothing that comes from the server can become markup.

type Attribute = string | boolean | ((event: Event) => void)

export const element = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, Attribute> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] => {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === 'function') made.addEventListener(name, value)
    else if (value !== false) made.setAttribute(name, value === true ? '' : value)
  made.append(...children)
  return made
}

// A button that keeps the focus while it cannot be used: a disabled one would lose it.
export const enable = (button: HTMLElement, isEnabled: boolean) =>
  button.setAttribute('aria-disabled', String(!isEnabled))

export const isEnabled = (button: HTMLElement) => button.getAttribute('aria-disabled') !== 'true'

// Writes only what differs, so that a screen reader is not told the same twice.
export const write = (place: HTMLElement, text: string) => {
  if (place.textContent !== text) place.textContent = text
}
