// In which language the console speaks: what was chosen, here or in the shop, or what the browser prefers of
// the two there are.

import { chinese } from './chinese.ts'
import { english, type Words } from './english.ts'

export type Language = 'en' | 'zh-CN'

const LANGUAGES: Record<Language, Words> = { en: english, 'zh-CN': chinese }

const CHOSEN = 'seckill.language' // its name in localStorage, the same as the shop's

let chosenHere: string | null = null // when the browser keeps nothing

export const language = (): Language => {
  const chosen = recalled()
  if (chosen === 'en' || chosen === 'zh-CN') return chosen
  const known = navigator.languages.find((one) => /^(zh|en)\b/i.test(one))
  return known?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

export const otherLanguage = (): Language => (language() === 'en' ? 'zh-CN' : 'en')

export const chooseLanguage = (chosen: Language) => {
  chosenHere = chosen
  try {
    localStorage.setItem(CHOSEN, chosen)
  } catch {
    // It refuses, or is full: `chosenHere` has it.
  }
}

export const words = (of = language()): Words => LANGUAGES[of]

// Words of one part of the console, which have their file beside that part.
export const inBoth =
  <Of>(both: Record<Language, Of>) =>
  (): Of =>
    both[language()]

// For dates and amounts: the browser's own kind of that language, if it has one.
export const locale = (): string => {
  const base = language().slice(0, 2)
  return navigator.languages.find((one) => one.startsWith(base)) ?? language()
}

const recalled = () => {
  try {
    return chosenHere ?? localStorage.getItem(CHOSEN)
  } catch {
    return chosenHere
  }
}
