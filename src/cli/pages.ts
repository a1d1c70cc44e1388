// seckill pages …: what a running gateway shows as files, for a CDN or any server of files: the page of all
// sales, a page for each, and what they are made of. It asks only for what anybody may have.

import type { Command } from 'commander'
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { type ServerOptions, serverOptions, serverUrl, unreachable } from './api.ts'
import { CommandError, EXIT } from './exit.ts'

type BuildOptions = ServerOptions & { out: string }

export const pagesCommand = (program: Command) => {
  const pages = program.command('pages').description('publish the pages of the shop')
  serverOptions(pages.command('build').description('write them as files'))
    .requiredOption('--out <folder>', 'where to; what is there of older versions stays')
    .addHelpText('after', HELP)
    .action(build)
}

const HELP = `
Of another version of the assets nothing is ever deleted: browsers may still ask for it.

Examples:
  seckill pages build --out /var/www/seckill
  seckill pages build --out pages --url http://gateway:3000 --json`

interface Built {
  folder: string
  written: string[]
  unchanged: string[]
}

// Assets first: no page is there before all that it is made of.
const build = async (options: BuildOptions) => {
  const url = serverUrl(options, readConfig())
  const pages = await readPages(url)
  const assets = await readAssets(url, pages)
  const folder = resolve(options.out)
  const built: Built = { folder, written: [], unchanged: [] }
  for (const [path, bytes] of [...assets, ...pages]) {
    const isNew = await put(join(folder, path), bytes)
    built[isNew ? 'written' : 'unchanged'].push(path)
  }
  if (options.json) return console.log(JSON.stringify(built, null, 2))
  for (const path of built.written) console.log(`wrote ${path}`)
  const { unchanged, written } = built
  console.log(`${folder}: ${written.length} files written, ${unchanged.length} were there already`)
}

type Files = Map<string, Buffer> // by path

const readPages = async (url: string): Promise<Files> => {
  const pages: Files = new Map([['index.html', (await read(url, '/')).bytes]])
  const { bytes } = await read(url, '/api/sales')
  const { sales } = JSON.parse(bytes.toString()) as { sales: { saleId: string }[] }
  for (const saleId of sales.map((sale) => sale.saleId).filter((id) => /^\d+$/.test(id)))
    pages.set(`sales/${saleId}/index.html`, (await read(url, `/sales/${saleId}/`)).bytes)
  return pages
}

const NAMED_BY_PAGE = /"\/(assets\/[\w-]+\/\w[\w-]*(?:\.[\w-]+)+)"/g
const NAMED_BY_SCRIPT = /["'`](?:\.\/)?(\w[\w-]*\.(?:js|css|svg))["'`]/g

// What pages name, and what that names in its turn.
const readAssets = async (url: string, pages: Files): Promise<Files> => {
  const assets: Files = new Map()
  const named = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].map(([, one]) => one!)
  const open = [...pages.values()].flatMap((page) => named(page.toString(), NAMED_BY_PAGE))
  for (const path of open) {
    if (assets.has(path)) continue
    const { bytes, cacheControl } = await read(url, `/${path}`)
    if (!cacheControl.includes('immutable')) throw new CommandError(TWO_VERSIONS, EXIT.no)
    assets.set(path, bytes)
    if (!path.endsWith('.js')) continue
    const names = named(bytes.toString(), NAMED_BY_SCRIPT)
    open.push(...names.map((name) => `${dirname(path)}/${name}`))
  }
  return assets
}

const TWO_VERSIONS = 'two versions run behind this address: build again when only one is left'

const ANSWERS_WITHIN_MS = 30_000

const read = async (url: string, path: string) => {
  const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS)
  try {
    const response = await fetch(`${url}${path}`, { redirect: 'error', signal })
    const bytes = Buffer.from(await response.arrayBuffer())
    const cacheControl = response.headers.get('cache-control') ?? ''
    if (response.ok) return { bytes, cacheControl }
    const { status } = response
    const exitCode = status >= 500 ? EXIT.unreachable : EXIT.no
    throw new CommandError(`${url}${path} was answered ${status}: nothing is written`, exitCode)
  } catch (error) {
    throw error instanceof CommandError ? error : unreachable(url, error)
  }
}

// Whoever reads it meanwhile has the old file or the new one, whole.
const put = async (file: string, bytes: Buffer): Promise<boolean> => {
  const before = await readFile(file).catch(() => undefined)
  if (before?.equals(bytes)) return false
  await mkdir(dirname(file), { recursive: true })
  const temporary = `${file}.${randomUUID()}.temporary`
  await writeFile(temporary, bytes)
  await rename(temporary, file)
  return true
}
