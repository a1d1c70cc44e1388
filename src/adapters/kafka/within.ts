// A promise with an end. What it stands for may still happen afterwards; nobody waits for it any more,
// and its failure is nobody's.

export const within = async <Answer>(ms: number, asked: Promise<Answer>): Promise<Answer> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  asked.catch(() => undefined)
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}
