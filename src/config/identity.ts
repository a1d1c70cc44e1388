// What the settings of another identity provider have to do with each other.

const NAMES = ['SECKILL_JWKS_URL', 'SECKILL_JWKS_ISSUER', 'SECKILL_JWKS_AUDIENCE'] as const

type IdentitySettings = Record<(typeof NAMES)[number] | 'SECKILL_SIGN_IN_PATH', string> & {
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
  if (!isElsewhere) return signInFault(config)
  const url = config.SECKILL_JWKS_URL
  if (!isSafeUrl(url))
    return `SECKILL_JWKS_URL: expected an https address, not ${JSON.stringify(url)}`
  return signInFault(config)
}

// The page that is named there puts the session into the storage of this one, so it is of the same origin.
const signInFault = (config: IdentitySettings): string | undefined => {
  const path = config.SECKILL_SIGN_IN_PATH
  if (path === '') return undefined
  if (config.SECKILL_IDENTITY !== 'jwks')
    return 'SECKILL_SIGN_IN_PATH: set SECKILL_IDENTITY=jwks as well, or leave it out'
  const isPath = /^\/(?![/\\])/.test(path) && URL.canParse(path, 'https://shop.example')
  if (isPath) return undefined
  return `SECKILL_SIGN_IN_PATH: expected a path of the same origin, like /sign-in, not ${JSON.stringify(path)}`
}

// Keys that come without encryption are anybody's, except from this machine.
const isSafeUrl = (text: string): boolean => {
  const { protocol, hostname = '' } = URL.parse(text) ?? {}
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isHere)
}
