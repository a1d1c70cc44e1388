// What the settings of another identity provider have to do with each other.

const NAMES = ['SECKILL_JWKS_URL', 'SECKILL_JWKS_ISSUER', 'SECKILL_JWKS_AUDIENCE'] as const

type IdentitySettings = Record<(typeof NAMES)[number], string> & {
  SECKILL_IDENTITY: 'built-in' | 'jwks'
}

// Undefined: all is well.
export const identityFault = (config: IdentitySettings): string | undefined => {
  const isElsewhere = config.SECKILL_IDENTITY === 'jwks'
  for (const name of NAMES) {
    if (isElsewhere && config[name] === '') return `${name}: needed with SECKILL_IDENTITY=jwks`
    if (!isElsewhere && config[name] !== '')
      return `${name}: set SECKILL_IDENTITY=jwks as well, or leave it out`
  }
  const url = config.SECKILL_JWKS_URL
  if (!isElsewhere || isSafeUrl(url)) return undefined
  return `SECKILL_JWKS_URL: expected an https address, not ${JSON.stringify(url)}`
}

// Keys that come without encryption are anybody's, except from this machine.
const isSafeUrl = (text: string): boolean => {
  const { protocol, hostname = '' } = URL.parse(text) ?? {}
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isHere)
}
