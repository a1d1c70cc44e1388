// How much processor time the main threads of these Redis servers have had, in milliseconds: fields
// used_cpu_user_main_thread and used_cpu_sys_main_thread of INFO cpu. That is what decides attempts; a
// Redis has one such thread, and freeing what was deleted is done by others.

import { askRedis, fieldsOf } from '../../test/support/ask-redis.ts'

export const redisCpuMs = async (urls: string[]): Promise<number> => {
  const all = await Promise.all(urls.map((url) => askRedis(url, (redis) => redis.info('cpu'))))
  return all.map(msOf).reduce((sum, ms) => sum + ms, 0)
}

const FIELDS = ['used_cpu_user_main_thread', 'used_cpu_sys_main_thread']

const msOf = (info: string): number => {
  const fields = fieldsOf(info)
  const seconds = FIELDS.map((name) => Number(fields.get(name)))
  return seconds.reduce((sum, one) => sum + one, 0) * 1000
}
