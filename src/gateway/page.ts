// The page at `/`, read from web/ once, at the start: types are stripped from its modules, and one hash
// of everything stands in the address of every asset, so that a browser may keep it for ever and never
// mixes two versions.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

export interface Page {
  version: string
  html: PageFile
  assets: ReadonlyMap<string, PageFile> // by name
}

export interface PageFile {
  contentType: string
  bytes: Buffer
  compressed: Buffer // gzip
}

const WEB = join(import.meta.dirname, '../../web')

export const readPage = (): Page => {
  const names = readdirSync(WEB).sort()
  const assets = new Map(
    names.flatMap((name): [string, PageFile][] => {
      const file = assetOf(name, () => readFileSync(join(WEB, name), 'utf8'))
      return file === undefined ? [] : [[name.replace(/\.ts$/, '.js'), file]]
    }),
  )
  const version = hashOf([...assets].flatMap(([name, { bytes }]) => [name, bytes]))
  const frame = readFileSync(join(WEB, 'index.html'), 'utf8')
  const html = frame
    .replace('</head>', `${preloads([...assets.keys()])}</head>`)
    .replaceAll('"/assets/', `"/assets/${version}/`)
  return { version, html: file('text/html; charset=utf-8', html), assets }
}

// All modules at once: otherwise each is asked for when the one that imports it has come. What runs beside
// the page is fetched when it is needed, which for most buyers is never.
const preloads = (names: string[]): string =>
  names
    .filter((name) => name.endsWith('.js') && !name.endsWith('-worker.js'))
    .map((name) => `<link rel="modulepreload" href="/assets/${name}" />\n`)
    .join('')

export const hashOf = (parts: (string | Buffer)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('base64url').slice(0, 16)
}

const assetOf = (name: string, read: () => string): PageFile | undefined => {
  switch (extname(name)) {
    case '.ts':
      return file('text/javascript; charset=utf-8', javaScript(read()))
    case '.css':
      return file('text/css; charset=utf-8', read())
    case '.svg':
      return file('image/svg+xml', read())
    default:
      return undefined
  }
}

const file = (contentType: string, text: string): PageFile => {
  const bytes = Buffer.from(text)
  return { contentType, bytes, compressed: gzipSync(bytes) }
}

// Modules name each other by the file that is there; a browser asks for what is served. Where types
// stood there are spaces: those at the end of a line do nothing.
const javaScript = (source: string): string =>
  withoutTypes(source)
    .replace(/((?: from |new URL\()'\.\/[\w-]+)\.ts'/g, "$1.js'")
    .replace(/[ \t]+$/gm, '')

// Node says at the first call that this function is experimental. The version of Node is pinned and a
// test looks at what comes out, so nobody who starts the engine has to read that.
const withoutTypes = (source: string): string => {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}
