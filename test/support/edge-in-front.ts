// With SECKILL_TEST_EDGE=nginx there is a real nginx in front of whatever a test starts, with no limit by
// address, and tests are given its URL: so the files of test/security are run through the edge as well
// (test/edge/attacks/security-through-nginx.test.ts). Without, there is nothing.

import { startNginx } from './nginx-server.ts'

type Settings = Record<string, string | undefined>

interface Running {
  url: string
  stop(): Promise<void>
}

export const isThroughEdge = process.env.SECKILL_TEST_EDGE === 'nginx'

// The settings of a gateway behind it: nginx connects from this machine.
export const settingsBehindEdge = <Of extends Settings>(settings: Of): Of & Settings =>
  isThroughEdge ? { SECKILL_TRUSTED_PROXIES: '127.0.0.1', ...settings } : settings

// The same, or what stands in front of it. Whom the gateway trusts, the edge does.
export const behindEdge = async <Started extends Running>(
  running: Started,
  { SECKILL_TRUSTED_PROXIES: trusted }: Settings,
): Promise<Started> => {
  if (!isThroughEdge) return running
  const nginx = await startNginx({
    gateways: [running.url],
    isUnlimited: true,
    trustedProxies: trusted?.split(',') ?? [],
    // What is refused is refused at once, and its sender not waited for.
    changed: { 'limits.conf': [['lingering_timeout 2s', 'lingering_timeout 50ms']] },
  })
  const stop = async () => {
    await running.stop()
    await nginx.stop()
  }
  return { ...running, url: nginx.url, stop }
}
