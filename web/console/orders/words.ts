// What the console says of orders.

import { inBoth } from '../language.ts'
import type { OrderStatus, Payment } from './shapes.ts'

const english = {
  backToOrders: 'All orders',
  orderTitle: (orderId: string) => `Order ${orderId}`,
  noOrders: 'No order is like that.',
  noSuchYet: 'An order that is still in transit is not here yet. It shows by itself once it is.',

  sale: 'Sale',
  saleNumber: (saleId: string) => `Sale ${saleId}`,
  everySale: 'Every sale',
  salesSaid: 'The newest 200. Orders of an older sale are linked from its page.',
  buyer: 'Buyer number',
  orderId: 'Order number',
  orderIdSaid: 'Leads straight to the order, whatever else is chosen.',
  state: 'Status',
  everyStatus: 'Every status',
  owedOnly: 'Only where money is owed back',
  notANumber: 'A number has only digits.',
  download: 'Save these as CSV',
  fileName: 'orders',
  status: {
    pending: 'To be paid',
    paid: 'Paid',
    cancelled: 'Cancelled',
    expired: 'Expired',
    refunded: 'Refunded',
    rejected: 'Rejected',
  } as Record<OrderStatus, string>,
  owed: 'Money owed back',

  facts: 'The order',
  units: 'Units',
  amount: 'Amount',
  amountOf: (sum: string, units: string, each: string) => `${sum} (${units} × ${each})`,
  created: 'Made',
  payBy: 'To be paid by',
  changed: 'Last changed',
  ledger: 'Ledger',
  ledgerEntry: {
    recorded: 'recorded: its units were taken from the stock',
    rejected: 'rejected: it never had units',
    released: 'released: its units are for sale again',
  },

  payments: 'Payments',
  noPayments: 'Nobody has tried to pay for it.',
  payment: 'Payment',
  provider: 'Provider',
  paymentStatus: {
    started: 'Started',
    succeeded: 'Came, and bought the order',
    failed: 'Failed',
    'refund-due': 'To go back',
    refunded: 'Went back',
  } as Record<Payment['status'], string>,
  why: {
    'wrong-currency': 'it came in another currency',
    'wrong-amount': 'another amount came',
    'already-paid': 'the order was paid already',
    'order-cancelled': 'the order was cancelled before it came',
    'order-expired': 'the order had expired before it came',
    'order-refunded': 'the order was refunded',
    'order-rejected': 'the order was rejected',
  } as Record<string, string>,
  came: (sum: string) => `${sum} came`,
  money: {
    owed: 'Money is owed back for this order, and nobody has sent it back yet.',
    'on-its-way': 'The money is on its way back, until the provider has confirmed it.',
    given: 'The money went back.',
  },

  history: 'What happened',
  made: 'Its units were held for the buyer',
  paymentStarted: (sum: string) => `A payment of ${sum} was started`,
  paymentEnded: (status: string, sum: string) => `Payment of ${sum}: ${status}`,
  became: (status: string) => `Became: ${status}`,
  change: {
    'cancel-order': 'Cancelled by an operator',
    'refund-order': 'Refunded by an operator',
    'refund-payments': 'An operator sent money back',
  } as Record<string, string>,
  byWhom: (by: string, reason: string) => (reason === '' ? by : `${by}: ${reason}`),

  act: {
    cancel: 'Cancel the order',
    refund: 'Refund the order',
    owed: 'Send back what is owed',
  },
  leave: 'Leave it as it is',
  actSaid: {
    cancel: 'Its units are for sale again at once, and the buyer can no longer pay for it.',
    refund:
      'The money goes back to the buyer, with all that is owed besides, and the units are for sale again.',
    owed: 'Only money that bought nothing goes back. The order stays as it is.',
  },
  actDone: {
    cancel: 'The order is cancelled.',
    refund: 'The order is refunded. Below is how far its money has come.',
    owed: 'The money was sent on its way. Below is how far it has come.',
  },
}

const chinese: typeof english = {
  backToOrders: '返回订单列表',
  orderTitle: (orderId) => `订单 ${orderId}`,
  noOrders: '没有符合条件的订单。',
  noSuchYet: '还在途的订单这里查不到，落库后会自动出现。',

  sale: '活动',
  saleNumber: (saleId) => `活动 ${saleId}`,
  everySale: '全部活动',
  salesSaid: '只列最近 200 场，更早的请从活动详情进入。',
  buyer: '买家编号',
  orderId: '订单号',
  orderIdSaid: '填了就直接打开这笔订单，其他条件不管。',
  state: '状态',
  everyStatus: '全部状态',
  owedOnly: '只看有款待退的',
  notANumber: '编号只能是数字。',
  download: '导出 CSV',
  fileName: '订单',
  status: {
    pending: '待付款',
    paid: '已付款',
    cancelled: '已取消',
    expired: '超时关闭',
    refunded: '已退款',
    rejected: '未落库',
  },
  owed: '有款待退',

  facts: '订单信息',
  units: '件数',
  amount: '金额',
  amountOf: (sum, units, each) => `${sum}（${units} × ${each}）`,
  created: '下单时间',
  payBy: '付款截止',
  changed: '最后变动',
  ledger: '库存流水',
  ledgerEntry: {
    recorded: '已落库，库存已扣',
    rejected: '未落库，没占库存',
    released: '已回补，可再售',
  },

  payments: '付款记录',
  noPayments: '还没有付款记录。',
  payment: '付款单号',
  provider: '支付渠道',
  paymentStatus: {
    started: '付款中',
    succeeded: '已到账',
    failed: '失败',
    'refund-due': '待退款',
    refunded: '已退款',
  },
  why: {
    'wrong-currency': '到账币种不对',
    'wrong-amount': '到账金额不对',
    'already-paid': '重复付款',
    'order-cancelled': '到账前订单已取消',
    'order-expired': '到账前订单已超时',
    'order-refunded': '订单已退款',
    'order-rejected': '订单未落库',
  },
  came: (sum) => `实收 ${sum}`,
  money: {
    owed: '这笔订单有款要退，还没人处理。',
    'on-its-way': '退款处理中，等支付渠道确认。',
    given: '款已退回。',
  },

  history: '订单动态',
  made: '抢到，库存已预扣',
  paymentStarted: (sum) => `发起付款 ${sum}`,
  paymentEnded: (status, sum) => `付款 ${sum}：${status}`,
  became: (status) => `状态变为「${status}」`,
  change: {
    'cancel-order': '运营取消订单',
    'refund-order': '运营退款',
    'refund-payments': '运营退回款项',
  },
  byWhom: (by, reason) => (reason === '' ? by : `${by}：${reason}`),

  act: {
    cancel: '取消订单',
    refund: '退款',
    owed: '退回多收款',
  },
  leave: '暂不处理',
  actSaid: {
    cancel: '取消后库存马上回补，买家不能再付款。',
    refund: '款项原路退回，其他待退的款一并退回，库存回补后可再售。',
    owed: '只退没买到东西的那部分钱，订单状态不变。',
  },
  actDone: {
    cancel: '订单已取消。',
    refund: '订单已退款，到账进度见下方。',
    owed: '已发起退款，进度见下方。',
  },
}

export const orderWords = inBoth({ en: english, 'zh-CN': chinese })
export const ordersInEnglish = english
