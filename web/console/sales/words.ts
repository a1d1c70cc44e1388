// What the making of sales says, in both languages. What a buyer will read is in the words of the shop
// (web/store): a test compares them.

import { inBoth } from '../language.ts'

const english = {
  between: ' ', // two sentences
  products: 'Products',
  productsSaid: 'A product is made with its first sale, and stays as it was made.',
  noProducts: 'There is no product yet.',
  productTerm: { picture: 'Address of a picture', description: 'Description' },
  pictureSaid: 'Buyers see it only when it begins with https.',
  noPicture: 'No picture',

  more: 'More',
  moreTerm: {
    segments: 'Segments',
    admission: 'Who gets in',
    tokensFromMs: 'Purchase tokens: minutes before the start',
  },
  emptySaid: 'May stay empty.',
  admissions: {
    open: 'Everybody, at once',
    queue: 'One after the other',
    draw: 'Who is drawn',
  } as Record<string, string>,
  noDiscount: 'Not below the list price: buyers see no price that is crossed out.',

  allowed: {
    fromTo: (from: string, to: string) => `From ${from} to ${to}.`,
    from: (from: string) => `${from} or more.`,
    charactersMax: (count: string) => `At most ${count} characters.`,
    notThis: (allowed: string) => `This is not allowed. ${allowed}`,
  },
  // By what the server says of them in English.
  described: {} as Record<string, string>,

  zone: 'Time zone of start and end',
  myZone: (zone: string) => `Mine: ${zone}`,
  isAt: (own: string, utc: string) => `${own} · ${utc}`,
  past: (shown: string) => `${shown}. This is in the past.`,
  skipped: (next: string) =>
    `This time does not exist: the clocks go forward past it. It would be ${next}.`,
  whichTwin: (label: string) => `${label}: which of the two`,
  twice: 'The clocks go back that night: this time is there twice.',
  firstTwin: (shown: string) => `The first: ${shown}`,
  secondTwin: (shown: string) => `The second, later: ${shown}`,

  preview: 'As buyers will see it',
  noTitle: 'No title yet',
  notYetKnown: '…',
  shop: {
    listPrice: 'List price',
    starts: (at: string) => `Starts ${at}`,
    ends: (at: string) => `Ends ${at}`,
    rules: 'Rules',
    ruleLimit: (count: number) =>
      count === 1
        ? 'One unit for each buyer.'
        : `At most ${count} units for each buyer, in one order.`,
    rulePay: 'An order that is not paid in time expires, and its units go to somebody else.',
    ruleRetry: 'Trying again is safe: you never get two orders.',
  },

  fromBefore: 'What you typed before is still here.',
  beginAnew: 'Begin anew',

  toShop: 'The page of buyers',
  clone: 'Make one like it',
  cloneTitle: (title: string) => `A sale like ${title}`,
  rehearse: 'Make a rehearsal of it',
  rehearseTitle: (title: string) => `A rehearsal of ${title}`,
  rehearsalSaid:
    'This is a rehearsal. It is on no list that buyers see; whoever has the address of its page can buy. It sells for real, from units of its own.',
  delete: 'Delete',
  deleteSaid:
    'There will be no such sale any more, and its page is gone. This works only before the start.',
}

const chinese: typeof english = {
  between: '',
  products: '商品',
  productsSaid: '商品随首场活动一起创建，建好后不能修改。',
  noProducts: '还没有商品。',
  productTerm: { picture: '图片地址', description: '商品描述' },
  pictureSaid: '只有 https 开头的图片会给买家看。',
  noPicture: '无图片',

  more: '更多设置',
  moreTerm: {
    segments: '分段数',
    admission: '进场方式',
    tokensFromMs: '提前发放抢购令牌（分钟）',
  },
  emptySaid: '可以留空。',
  admissions: { open: '人人直接进场', queue: '排队进场', draw: '抽签进场' },
  noDiscount: '秒杀价没有低于原价，买家看不到划线价。',

  allowed: {
    fromTo: (from, to) => `${from} 到 ${to}。`,
    from: (from) => `不小于 ${from}。`,
    charactersMax: (count) => `最多 ${count} 个字。`,
    notThis: (allowed) => `这样填不行。${allowed}`,
  },
  described: {
    'one line of text, not only spaces, without control characters':
      '一行文字，不能只有空格或含控制字符',
    'three capital letters of ISO 4217, like CNY': '三个大写字母，如 CNY',
    'an http or https address': 'http 或 https 开头的网址',
  },

  zone: '起止时间按哪个时区填',
  myZone: (zone) => `我的时区：${zone}`,
  isAt: (own, utc) => `${own} · ${utc}`,
  past: (shown) => `${shown}，已经过去。`,
  skipped: (next) => `这个时间不存在：当天拨快了时钟，实际会是 ${next}。`,
  whichTwin: (label) => `${label}：取哪一个`,
  twice: '当晚时钟回拨，这个时间出现两次。',
  firstTwin: (shown) => `第一次：${shown}`,
  secondTwin: (shown) => `第二次（更晚）：${shown}`,

  preview: '买家看到的样子',
  noTitle: '还没有标题',
  notYetKnown: '…',
  shop: {
    listPrice: '原价',
    starts: (at) => `${at} 开抢`,
    ends: (at) => `${at} 结束`,
    rules: '规则',
    ruleLimit: (count) => (count === 1 ? '每人限购 1 件。' : `每人限购 ${count} 件，一单买齐。`),
    rulePay: '抢到后请及时付款，超时未付，订单自动失效，商品回到库存。',
    ruleRetry: '没反应就再点一次，不会重复下单。',
  },

  fromBefore: '上次没填完的内容还在。',
  beginAnew: '重新填写',

  toShop: '买家页面',
  clone: '照这场再建一场',
  cloneTitle: (title) => `照「${title}」新建`,
  rehearse: '建一场演练',
  rehearseTitle: (title) => `「${title}」的演练`,
  rehearsalSaid:
    '这是一场演练，不出现在买家的列表里，但拿到页面地址的人都能抢。卖的是演练自己的库存，订单和扣款都是真的。',
  delete: '删除',
  deleteSaid: '删除后活动和它的页面都不复存在。只有开抢前才能删。',
}

export const making = inBoth({ en: english, 'zh-CN': chinese })

export const makingWords = { en: english, 'zh-CN': chinese }
