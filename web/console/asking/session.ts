// Who is signed in: the admin key and its role, for as long as the tab is open. The key is sent as a
// credential and stands nowhere else, never in an address.

export interface Session {
  key: string
  role: Role
}

export type Role = 'viewer' | 'operator'

// Its name in sessionStorage; what else of the console lies there has a name that begins with it.
export const KEPT = 'seckill.console'

let current: Session | undefined
let changed: (because: 'signed-out' | 'refused') => void = () => undefined

export const session = (): Session | undefined => {
  current ??= recalled()
  return current
}

export const begin = (next: Session) => {
  current = next
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(next))
  } catch {
    // A browser that keeps nothing: the session lasts until the page is left.
  }
}

export const end = (because: 'signed-out' | 'refused') => {
  current = undefined
  try {
    if (because === 'signed-out') forgetAll()
    sessionStorage.removeItem(KEPT)
  } catch {
    // Nothing was kept.
  }
  changed(because)
}

// Who signs out leaves nothing behind; whose key was refused signs in again, and goes on.
const forgetAll = () => {
  for (const name of Object.keys(sessionStorage))
    if (name.startsWith(KEPT)) sessionStorage.removeItem(name)
}

export const onEnd = (listener: typeof changed) => {
  changed = listener
}

const recalled = (): Session | undefined => {
  try {
    const text = sessionStorage.getItem(KEPT)
    return text === null ? undefined : (JSON.parse(text) as Session)
  } catch {
    return undefined
  }
}
