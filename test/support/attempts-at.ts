// How many attempts a gateway has answered, by its own count.

export const attemptsAt = async (gateway: { url: string; adminKey: string }): Promise<number> => {
  const headers = { authorization: `Bearer ${gateway.adminKey}` }
  const metrics = await (await fetch(`${gateway.url}/metrics`, { headers })).text()
  const counts = metrics.matchAll(/^seckill_attempts_total\{.*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}
