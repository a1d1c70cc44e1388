// In which language the page speaks: what was chosen, or what the browser prefers of the two there are.

import { chinese } from './chinese.ts'
import { english, type Words } from './english.ts'
import { keep, recall } from './keep.ts'

export const LANGUAGES = { en: english, 'zh-CN': chinese } as const satisfies Record<string, Words>

export type Language = keyof typeof LANGUAGES

const CHOSEN = 'seckill.language' // its name in localStorage

export const language = (): Language => {
  const chosen = recall(CHOSEN)
  if (chosen === 'en' || chosen === 'zh-CN') return chosen
  const known = navigator.languages.find((one) => /^(zh|en)\b/i.test(one))
  return known?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

// For dates and amounts: the browser's own kind of that language, if it has one.
export const locale = (): string => {
  const base = language().slice(0, 2)
  return navigator.languages.find((one) => one.startsWith(base)) ?? language()
}

export const otherLanguage = (): Language => (language() === 'en' ? 'zh-CN' : 'en')

export const chooseLanguage = (chosen: Language) => keep(CHOSEN, chosen)

export const words = (): Words => LANGUAGES[language()]
