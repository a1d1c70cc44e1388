// What stands in the address: which view, and what it was asked to show. A view that is found again by its
// address is found again by going back, by reading the page anew and by whoever was sent the address.

export type Asked = Partial<Record<string, string>>

// `#/log?by=night&subject=sale+7`: the path is `#/log`.
export const readAddress = (hash: string): { path: string; asked: Asked } => {
  const [path = '', query = ''] = hash.split('?')
  return { path, asked: Object.fromEntries(new URLSearchParams(query)) }
}

// What is empty is left out.
export const addressOf = (path: string, asked: Asked): string => {
  const given = Object.entries(asked).flatMap(([name, value]) => (value ? [[name, value]] : []))
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}
