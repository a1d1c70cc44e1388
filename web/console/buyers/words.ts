// What the console says of a buyer and of what is kept about one.

import { inBoth } from '../language.ts'
import type { Counts } from './shapes.ts'

type Part = keyof Counts

const english = {
  buyersSaid: 'What is kept about a buyer: to look at, to hand out, to erase.',
  buyerTitle: (buyerId: string) => `Buyer ${buyerId}`,
  buyerId: 'Buyer number',
  notANumber: 'A number has only digits.',
  open: 'Show',
  back: 'Another buyer',

  account: 'Account',
  noAccount: 'No account here: another shop brought this buyer along.',
  name: 'Name',
  subject: 'Subject at the identity provider',
  since: 'Since',
  erasedAt: 'Erased',
  erased: 'Erased',
  blocked: 'Blocked',
  counts: 'What is kept',
  count: {
    sessions: 'Sessions',
    entries: 'Entries into sales',
    inTransit: 'Orders in transit',
    orders: 'Orders',
    payments: 'Payments',
    blocks: 'Blocks',
  } as Record<Part, string>,
  itsOrders: 'Orders of this buyer',
  download: 'Save all of it as JSON',

  blockedNow: (by: string, until: string) => `Blocked by: ${by}; until ${until}.`,
  blockedForGood: (by: string) => `Blocked by: ${by}; for good.`,
  blockDone: 'The buyer is blocked.',

  erase: 'Erase the buyer',
  eraseSaid:
    'Name, password and sessions go, and entries of sales that are over; nobody can sign in as this buyer again. This is final.',
  eraseStays:
    'Orders, payments and the ledger stay, under the bare number: the books need them. A block stays until it ends. Write no name into the reason: it stays as well.',
  pendingOrders: 'The orders that are to be paid',
  inTransitSaid:
    'Orders in transit are not listed yet: they are recorded within seconds, and can be cancelled then.',
  eraseDone: 'The buyer is erased.',
  kept: 'What stays, and why',
  keptNothing: 'Nothing stays but the number.',
  keptWhy: {
    sessions: '',
    entries: 'Their sale is not over. They go some time after it.',
    inTransit: '',
    orders: 'The books of their sale. They name the buyer by number only, as does the ledger.',
    payments: 'The books of their sale: money that was asked for, came or went back.',
    blocks: 'A block holds until it ends or is lifted.',
  } as Record<Part, string>,
}

const chinese: typeof english = {
  buyersSaid: '查看、导出或清除某位买家的资料。',
  buyerTitle: (buyerId) => `买家 ${buyerId}`,
  buyerId: '买家编号',
  notANumber: '编号只能是数字。',
  open: '查看',
  back: '查其他买家',

  account: '账号',
  noAccount: '没有本站账号，是外部商城带来的买家。',
  name: '用户名',
  subject: '外部账号标识',
  since: '注册时间',
  erasedAt: '清除时间',
  erased: '已清除',
  blocked: '已拉黑',
  counts: '留存的资料',
  count: {
    sessions: '登录会话',
    entries: '入场记录',
    inTransit: '在途订单',
    orders: '订单',
    payments: '付款记录',
    blocks: '拉黑记录',
  },
  itsOrders: '查看他的订单',
  download: '导出全部资料（JSON）',

  blockedNow: (by, until) => `拉黑人：${by}，${until} 到期。`,
  blockedForGood: (by) => `拉黑人：${by}，永久。`,
  blockDone: '已拉黑。',

  erase: '清除资料',
  eraseSaid:
    '用户名、密码、登录会话和已结束活动的入场记录都会删掉，这个账号再也登录不了。删了找不回来。',
  eraseStays:
    '订单、付款和库存流水要对账，会保留，只剩编号；黑名单到期前也保留。原因会一直留着，里面别写姓名。',
  pendingOrders: '查看待付款订单',
  inTransitSaid: '在途订单还不在列表里，几秒内落库后就能取消。',
  eraseDone: '资料已清除。',
  kept: '保留的内容和原因',
  keptNothing: '除了编号，什么都没留。',
  keptWhy: {
    sessions: '',
    entries: '活动还没结束，结束后过一段时间自动删除。',
    inTransit: '',
    orders: '对账要用，和库存流水一样只留买家编号。',
    payments: '对账要用：收款、退款的凭据。',
    blocks: '黑名单到期或解除前一直有效。',
  },
}

export const buyerWords = inBoth({ en: english, 'zh-CN': chinese })
export const buyersInEnglish = english
