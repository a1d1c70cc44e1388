// What the page remembers across reloads and tabs. A browser that keeps nothing still gets a page that
// works until it is closed.

const here = new Map<string, string>()

export const keep = (name: string, value: string | undefined) => {
  if (value === undefined) here.delete(name)
  else here.set(name, value)
  try {
    if (value === undefined) localStorage.removeItem(name)
    else localStorage.setItem(name, value)
  } catch {
    // It refuses, or is full: `here` has it.
  }
}

export const recall = (name: string): string | undefined => {
  try {
    return localStorage.getItem(name) ?? here.get(name)
  } catch {
    return here.get(name)
  }
}
