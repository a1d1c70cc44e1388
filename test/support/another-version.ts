// Another version of this program: `node --import` of this file, with what is written otherwise in its
// source files in the environment.

import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'

const EDITS = JSON.parse(process.env.ANOTHER_VERSION ?? '[]') as string[][] // file, words, instead

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    const edits = EDITS.filter(([file]) => url.endsWith(`/src/${file}`))
    if (edits.length === 0) return loaded
    const source = edits.reduce(
      (text, [file, words, instead]) => {
        assert(text.includes(words!), `${file} has ${words}`)
        return text.replaceAll(words!, instead!)
      },
      Buffer.from(loaded.source as Uint8Array).toString(),
    )
    return { ...loaded, source }
  },
})
