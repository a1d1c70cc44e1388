// One self-contained HTML page: a verdict, plots and tables. It loads nothing, runs only the scripts
// named by its policy, and shows everything that came from outside as text.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export interface Page {
  title: string
  good: boolean
  verdict: string
  notes: string[]
  plots: Plot[]
  tables: Table[]
}

export interface Plot {
  title: string
  unit: string
  seconds: number[] // since the opening
  series: { label: string; values: (number | null)[] }[]
}

export interface Table {
  caption: string
  head: string[]
  rows: (string | number)[][] // the first cell of each is its name
}

const packageFile = createRequire(import.meta.url)

export const page = (of: Page): string => {
  const scripts = [uplot('uPlot.iife.min.js'), own('plots.js')]
  const styles = [uplot('uPlot.min.css'), own('page.css')]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy({ scripts, styles })}">
<title>${text(of.title)}</title>
${styles.map((style) => `<style>${style}</style>`).join('\n')}
</head>
<body>
<header>
<h1>${text(of.title)}</h1>
<p class="${of.good ? 'good' : 'broken'}">${text(of.verdict)}</p>
${of.notes.map((note) => `<p class="note">${text(note)}</p>`).join('\n')}
</header>
<main>
${of.plots.map(figure).join('\n')}
${of.tables.map(table).join('\n')}
</main>
<script type="application/json" id="plots">${embedded(of.plots)}</script>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`
}

const uplot = (file: string) => readFileSync(packageFile.resolve(`uplot/dist/${file}`), 'utf8')
const own = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8')

const figure = ({ title, unit }: Plot): string =>
  `<figure><figcaption>${text(title)} <small>${text(unit)}</small></figcaption></figure>`

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const text = (value: string | number): string =>
  String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]!)

// JSON that cannot end the element it stands in.
const embedded = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

const table = ({ caption, head, rows }: Table): string => {
  const cell = (value: string | number, at: number) =>
    at === 0 ? `<th scope="row">${text(value)}</th>` : `<td>${text(value)}</td>`
  const names = head.map((name) => `<th scope="col">${text(name)}</th>`).join('')
  const lines = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')
  return `<table><caption>${text(caption)}</caption><thead><tr>${names}</tr></thead>
<tbody>${lines}</tbody></table>`
}

// Only what stands here, by its hash.
const policy = ({ scripts, styles }: { scripts: string[]; styles: string[] }): string => {
  const hashes = (sources: string[]) =>
    sources.map((source) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`)
  const [script, style] = [hashes(scripts), hashes(styles)].map((list) => list.join(' '))
  return `default-src 'none'; script-src ${script}; style-src ${style}`
}
