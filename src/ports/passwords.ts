// Turns passwords into hashes that cost an attacker time and memory, and therefore cost us time and
// memory: only so many are made at once, only so many wait, and the next one is told so.
//
// Deliberately not in it: accounts, and how often somebody may try.

export interface Passwords {
  // Never the same hash twice. Undefined: too many are waiting.
  hash(password: string): Promise<string | undefined>
  // Takes as long without a hash, and is then wrong: nobody sees from outside that there was none.
  // `weak` is right as well, but the hash is weaker than one that would be made now.
  check(of: { password: string; hash: string | undefined }): Promise<PasswordCheck>
}

export type PasswordCheck = 'right' | 'weak' | 'wrong' | 'busy'
