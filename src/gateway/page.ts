// What browsers get of this shop, as `npm run build` has left it in web/dist: read once, at the start. One
// hash of everything stands in the address of every asset, so that a browser may keep it for ever and never
// mixes two versions.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { escaped } from './escaped.ts'
import { EngineError } from '../domain/errors.ts'

export interface Site {
  version: string
  pages: Record<PageName, PageFile>
  assets: ReadonlyMap<string, PageFile> // by name
}

export type PageName = 'store' | 'console'

export interface PageFile {
  contentType: string
  bytes: Buffer
  compressed: Buffer // gzip
}

const BUILT = join(import.meta.dirname, '../../web/dist')

export interface SiteOptions {
  signInPath?: string // where accounts are elsewhere
}

// Throws INSTALLATION_UNUSABLE when they were not built.
export const readSite = ({ signInPath = '' }: SiteOptions = {}): Site => {
  try {
    const site = siteIn(BUILT)
    if (signInPath === '') return site
    return { ...site, pages: { ...site.pages, store: sendingTo(signInPath, site.pages.store) } }
  } catch (cause) {
    const message = `the pages are not built (${BUILT}): run "npm run build"`
    throw new EngineError('INSTALLATION_UNUSABLE', { message, cause })
  }
}

const siteIn = (folder: string): Site => {
  const read = (...path: string[]) => readFileSync(join(folder, ...path))
  const names = readdirSync(join(folder, 'assets')).sort()
  const assets = new Map(names.map((name) => [name, file(name, read('assets', name))]))
  const version = hashOf([...assets].flatMap(([name, { bytes }]) => [name, bytes]))
  const page = (name: PageName) => {
    const html = read(name, 'index.html').toString()
    return htmlFile(html.replaceAll('"/assets/', `"/assets/${version}/`))
  }
  return { version, pages: { store: page('store'), console: page('console') }, assets }
}

// The page reads from it where buyers sign in.
const sendingTo = (signInPath: string, { bytes }: PageFile): PageFile => {
  const meta = `<meta name="sign-in" content="${escaped(signInPath)}" />`
  return htmlFile(bytes.toString().replace('</head>', () => `  ${meta}\n  </head>`))
}

export const hashOf = (parts: (string | Buffer)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('base64url').slice(0, 16)
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export const htmlFile = (html: string): PageFile => file('index.html', Buffer.from(html))

const file = (name: string, bytes: Buffer): PageFile => {
  return { contentType: TYPES[extname(name)]!, bytes, compressed: gzipSync(bytes) }
}
