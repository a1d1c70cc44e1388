// What the console says of who may not take part.

import { inBoth } from '../language.ts'
import type { BlockKind } from './shapes.ts'

const english = {
  blocklistSaid:
    'Whoever is on it gets no unit and enters no sale. Orders that were made before stay as they are.',
  none: 'Nobody is blocked.',
  kindOf: 'What is blocked',
  everyKind: 'Everything',
  kind: { buyer: 'Buyer', address: 'Address', cidr: 'Network' } as Record<BlockKind, string>,
  buyer: 'Buyer number',
  notANumber: 'A number has only digits.',

  who: 'Who',
  why: 'Reason',
  by: 'By',
  rule: (name: string) => `Automatic: rule ${name}`,
  until: 'Until',
  since: 'Since',
  forGood: 'For good',

  add: 'Block',
  addSome: 'Block buyers or addresses',
  targets: 'One a line',
  targetsSaid:
    'A buyer’s number, an IP address, or a network like 192.0.2.0/24. At most 1,000 at once. Who is blocked already gets the new reason and end.',
  tooMany: (count: string) => `These are ${count} lines. At most 1,000 go at once.`,
  wrongLine: (line: string, why: string) => `Line ${line} ${why}. Nothing was blocked.`,
  isNo: {
    buyer: 'is no buyer number',
    address: 'is no IPv4 or IPv6 address',
    cidr: 'is no network, or one that is too wide: it begins with its first address and is at most /8 (IPv4) or /16 (IPv6)',
  } as Record<BlockKind, string>,
  untilOptional: 'Until (empty: for good)',
  past: 'This is in the past.',
  added: (blocked: string, renewed: string) =>
    `Blocked: ${blocked} new, ${renewed} that were blocked already.`,

  lift: 'Unblock',
  liftSaid: (who: string) => `${who} may take part again, at all gateways within a second.`,
  lifted: (who: string) => `${who} is not blocked any more.`,
  blockSaid: (who: string) => `${who} gets no unit and enters no sale, within a second.`,
}

const chinese: typeof english = {
  blocklistSaid: '名单里的买家和地址抢不到、也进不了场。已有订单不受影响。',
  none: '黑名单是空的。',
  kindOf: '类型',
  everyKind: '全部',
  kind: { buyer: '买家', address: 'IP 地址', cidr: '网段' },
  buyer: '买家编号',
  notANumber: '编号只能是数字。',

  who: '对象',
  why: '原因',
  by: '操作人',
  rule: (name) => `自动规则 ${name}`,
  until: '到期',
  since: '拉黑时间',
  forGood: '永久',

  add: '拉黑',
  addSome: '拉黑买家或地址',
  targets: '每行一个',
  targetsSaid:
    '填买家编号、IP 地址，或网段（如 192.0.2.0/24），一次最多 1,000 个。已在名单里的，更新原因和到期时间。',
  tooMany: (count) => `有 ${count} 行，一次最多 1,000 行。`,
  wrongLine: (line, why) => `第 ${line} 行${why}，整批都没有拉黑。`,
  isNo: {
    buyer: '不是买家编号',
    address: '不是 IP 地址',
    cidr: '不是网段，或范围太大（要写网段首地址，IPv4 不超过 /8，IPv6 不超过 /16）',
  },
  untilOptional: '到期时间（不填为永久）',
  past: '时间已经过了。',
  added: (blocked, renewed) => `已拉黑：新增 ${blocked} 个，更新 ${renewed} 个。`,

  lift: '解除',
  liftSaid: (who) => `${who} 一秒内恢复参与资格。`,
  lifted: (who) => `${who} 已移出黑名单。`,
  blockSaid: (who) => `一秒内，${who} 将抢不到也进不了场。`,
}

export const blockWords = inBoth({ en: english, 'zh-CN': chinese })
export const blocksInEnglish = english
