// What the button says, in English and in Chinese. The Chinese words are not a translation.

import type { AttemptOutcome } from '../../client/purchase.ts'
import type { SaleStatus } from '../../client/shapes.ts'

export interface Words {
  loading: string
  label: Record<SaleStatus, string> // of the button
  again: string // of the button, once it was pressed
  asking: string
  yours: string // of the button, once there is an order
  stop: string
  stopped: string
  startsIn: (time: string) => string
  openNow: string
  againIn: (seconds: number) => string
  days: (count: number) => string
  outcome: Record<AttemptOutcome, string>
}

const english: Words = {
  loading: 'Loading…',
  label: {
    scheduled: 'Not open yet',
    open: 'Buy now',
    'sold-out': 'Try once more',
    paused: 'Paused',
    ended: 'The sale has ended',
  },
  again: 'Try once more',
  asking: 'Asking…',
  yours: 'It is yours',
  stop: 'Stop trying',
  stopped: 'Stopped. If the last try came through after all, you have an order.',
  startsIn: (time) => `Starts in ${time}`,
  openNow: 'The sale is open.',
  againIn: (seconds) => `Trying again in ${seconds} s.`,
  days: (count) => (count === 1 ? '1 day' : `${count} days`),
  outcome: {
    malformed: 'The shop did not understand. Please reload the page.',
    'no-such-sale': 'This sale does not exist.',
    unauthorized: 'Please sign in to buy.',
    blocked: 'This account may not buy here.',
    'rate-limited': 'That was too many tries at once.',
    'challenge-required': 'The shop wants to be sure that you are not a program. Try once more.',
    'already-reserved': 'You already have an order in this sale.',
    'not-started': 'The sale has not started yet.',
    ended: 'The sale has ended.',
    paused: 'The sale is paused. The button opens when it goes on.',
    'sold-out': 'Sold out for now. What others do not pay for is sold again.',
    accepted: 'It is yours!',
    busy: 'The shop is very busy.',
    rebuilding: 'The shop is counting its stock.',
    'no-answer': 'No answer from the shop. Asking again is safe.',
  },
}

const chinese: Words = {
  loading: '加载中…',
  label: {
    scheduled: '尚未开抢',
    open: '立即抢购',
    'sold-out': '再抢一次',
    paused: '已暂停',
    ended: '本场已结束',
  },
  again: '再抢一次',
  asking: '正在抢购…',
  yours: '已抢到',
  stop: '不抢了',
  stopped: '已停止。刚才那次要是抢到了，订单会为你留着。',
  startsIn: (time) => `距开抢 ${time}`,
  openNow: '开抢了！',
  againIn: (seconds) => `${seconds} 秒后自动再试。`,
  days: (count) => `${count} 天`,
  outcome: {
    malformed: '请求有误，请刷新页面再试。',
    'no-such-sale': '没有这场秒杀。',
    unauthorized: '登录后就能抢。',
    blocked: '这个账号不能参加本场秒杀。',
    'rate-limited': '点得太快了。',
    'challenge-required': '安全验证没有通过，请再试一次。',
    'already-reserved': '这一场你已经抢到了。',
    'not-started': '还没开始，别急。',
    ended: '本场秒杀已结束。',
    paused: '秒杀暂停中，恢复后即可继续抢。',
    'sold-out': '暂时抢光了。别人没付款的会再放出来，可以接着试。',
    accepted: '抢到了！',
    busy: '人太多了，商城有点忙。',
    rebuilding: '正在核对库存。',
    'no-answer': '商城没有回应。放心再试，不会重复下单。',
  },
}

// In the language of the page, or of the part of it in which the button stands.
export const wordsIn = (language: string): Words =>
  language.toLowerCase().startsWith('zh') ? chinese : english
