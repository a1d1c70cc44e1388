// What a frame is called in a picture, and whose code it is. Names are short, and they never tell where
// on the machine something lies.

export type Owner = 'engine' | 'packages' | 'node' | 'v8' | 'sqlite' | 'system'

export interface FrameName {
  name: string
  owner: Owner
}

// `symbol` is perf's: of JavaScript `JS:*name file:line:column`, otherwise a C or C++ symbol.
export const frameName = (symbol: string, { isKernel }: { isKernel: boolean }): FrameName => {
  if (isKernel) return { name: symbol, owner: 'system' }
  const script = /^(?:JS|Script|Eval|Function):o?[~^+*]?'?(.*)$/.exec(symbol)?.[1]
  if (script !== undefined) return scriptFrame(script)
  if (symbol.startsWith('RegExp:')) return { name: 'a regular expression', owner: 'v8' }
  const builtin = /^(?:Builtins_|Builtin:)(\w+)/.exec(symbol)?.[1]
  if (builtin !== undefined) return { name: builtin, owner: 'v8' }
  const name = withoutTypes(symbol)
  return { name, owner: ownerOf(name) }
}

const PLACE = /^(.*?) ?((?:file:\/\/|node:|\/)\S+?)(?::\d+)?$/

const scriptFrame = (text: string): FrameName => {
  const [, called = '', place = ''] = PLACE.exec(text) ?? [undefined, text]
  const file = shortPlace(place)
  const name = `${called} ${file}`.trim()
  if (/^(?:src|bench)\//.test(file)) return { name, owner: 'engine' }
  return { name, owner: place.includes('/node_modules/') ? 'packages' : 'node' }
}

// Of a path, what is below the project or below its packages; of any other, the file alone.
const shortPlace = (place: string): string => {
  if (place.startsWith('node:')) return place
  const below = /\/node_modules\/(?!.*\/node_modules\/)(.*)$/.exec(place)?.[1]
  return below ?? /\/((?:src|bench)\/.*)$/.exec(place)?.[1] ?? place.replace(/^.*\//, '')
}

const NAME_MAX = 70

const withoutTypes = (symbol: string): string => {
  const plain = symbol
    .replace(/\+0x[0-9a-f]+$/, '')
    .replace('non-virtual thunk to ', '')
    .replaceAll('(anonymous namespace)::', '')
    .replace('v8::internal::', 'v8::')
    .replace(/(?<!operator)[<(].*$/, '')
  const mangled = plain.startsWith('_Z') ? /(?<=\d)[A-Za-z]\w*?(?=\d|I|E)/g : undefined
  const parts = mangled && plain.match(mangled)
  return (parts ? parts.slice(0, 3).join('::') : plain).slice(0, NAME_MAX)
}

const ownerOf = (name: string): Owner => {
  if (/^(?:v8|heap|cppgc)::/.test(name)) return 'v8'
  if (/^(?:node|uv__?|llhttp|ncrypto)/.test(name)) return 'node'
  if (/^(?:sqlite3|vdbe|btree|pager|pcache|wal|memjrnl|unix|balance|subjournal)/.test(name))
    return 'sqlite'
  return 'system'
}
