// What the live view says of the way through, and of the processes.

import { inBoth } from '../language.ts'

export const english = {
  funnel: 'From the click to the order',
  funnelSaid: 'Per second; each bar shows how many come so far.',
  step: {
    edge: 'Edge: requests of every kind',
    gateways: 'Gateways: attempts',
    engine: 'Stock engine: asked',
    accepted: 'Accepted',
    recorded: 'Recorded as orders',
  } as Record<string, string>,
  ofBefore: (share: string) => `${share} of the step before`,
  edgeOfYours: 'The edge is the one that you came through.',
  processes: 'Processes',
  notWhole:
    'Nothing is known of the other processes at this moment: rates, times and delays are of the one that answers you.',
  gateways: 'Gateways alive',
  breakers: 'Breakers open',
  noBreakers: 'none',
  openBreakers: (stock: string, promise: string) => `stock engine ${stock}, queue ${promise}`,
  role: {
    all: 'everything',
    gateway: 'gateway',
    worker: 'order worker',
    keeper: 'keeper',
  } as Record<string, string>,
  column: {
    process: 'Process',
    uptime: 'Runs for',
    attempts: 'Attempts',
    recorded: 'Recorded',
    delay: 'Delay (p99)',
    version: 'Version',
  },
  uptime: (days: number, hours: number, minutes: number, seconds: number) =>
    days > 0
      ? `${days} d ${hours} h`
      : hours > 0
        ? `${hours} h ${minutes} min`
        : `${minutes} min ${seconds} s`,
}

const chinese: typeof english = {
  funnel: '从点击到下单',
  funnelSaid: '每秒数量；条越长，走到这一步的越多。',
  step: {
    edge: '边缘：全部请求',
    gateways: '网关：抢购请求',
    engine: '库存引擎：扣减请求',
    accepted: '抢到',
    recorded: '已落单',
  },
  ofBefore: (share) => `上一步的 ${share}`,
  edgeOfYours: '边缘的数字只来自你经过的那一台。',
  processes: '进程',
  notWhole: '此刻读不到其他进程的数据，速率、耗时和延迟只来自正在回答你的这个进程。',
  gateways: '在线网关',
  breakers: '已熔断',
  noBreakers: '无',
  openBreakers: (stock, promise) => `库存引擎 ${stock}，队列 ${promise}`,
  role: { all: '全部角色', gateway: '网关', worker: '落单', keeper: '管家' },
  column: {
    process: '进程',
    uptime: '已运行',
    attempts: '抢购',
    recorded: '落单',
    delay: '延迟（p99）',
    version: '版本',
  },
  uptime: (days, hours, minutes, seconds) =>
    days > 0
      ? `${days} 天 ${hours} 小时`
      : hours > 0
        ? `${hours} 小时 ${minutes} 分`
        : `${minutes} 分 ${seconds} 秒`,
}

export const liveWords = inBoth({ en: english, 'zh-CN': chinese })
