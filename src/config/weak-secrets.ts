// Which secrets somebody could guess: short ones, monotonous ones, and those that everybody has read
// somewhere. It finds what people write who mean to come back to it; that a secret is random it cannot
// know. What it answers never shows the secret.

export const SECRET_LENGTH_MIN = 32

const DISTINCT_MIN = 8 // of 32 random hexadecimal digits fewer are different once in ten million

// What is written in examples, in tests, and by whoever does not want to think.
const WORDS =
  /change.?(me|this|it)|replace.?(me|this|it)|pass(word|phrase|wort)|example|s[e3]cret|only.tests.know|default|dummy|placeholder|sample|seckill|your.?(own|key|token)|admin|operator|viewer|production|signing|payment|qwerty|asdf|letmein|correct.?horse|battery.?staple/gi

// Why this could be guessed; undefined when nothing is known against it.
export const weakness = (secret: string, lengthMin = SECRET_LENGTH_MIN): string | undefined => {
  if (secret.length < lengthMin) return 'too short'
  if (new Set(secret).size < DISTINCT_MIN) return 'made of too few different characters'
  if (isRepetition(secret) || isRow(secret)) return 'one pattern, again and again'
  if (secret.replace(WORDS, '').length < lengthMin)
    return 'made of words that everybody tries first'
  return undefined
}

// `abcabcab`: shifted by one pattern it is the same.
const isRepetition = (secret: string): boolean =>
  Array.from({ length: secret.length >> 1 }, (_, at) => at + 1).some(
    (shift) => secret.slice(shift) === secret.slice(0, -shift),
  )

// `0123456789abcdef`: from one character to the next it is mostly one step, or none.
const isRow = (secret: string): boolean => {
  const codes = Array.from(secret, (character) => character.charCodeAt(0))
  const steps = codes.filter((code, at) => at > 0 && Math.abs(code - codes[at - 1]!) <= 1)
  return steps.length > (secret.length * 2) / 3
}
