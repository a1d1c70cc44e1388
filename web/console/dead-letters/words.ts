// What is said of dead letters.

import { inBoth } from '../language.ts'

const english = {
  said: 'Messages of orders that could not be recorded as they are. When what was in the way is gone, put them back on the queue: there each is decided like any other, and may come back here.',
  none: 'There is no dead letter: everything could be recorded.',
  column: { at: 'When', order: 'Order', reason: 'Why', message: 'Message', action: 'Action' },
  noOrder: 'It cannot be read. It stood at:',
  message: 'Show the message',
  replay: 'Put it back',
  replaySaid: 'The message goes back on the queue and is decided anew.',
  replayed: (id: string) => `Dead letter ${id} is on the queue again.`,
}

const chinese: typeof english = {
  said: '这些订单消息没能落库。排除原因之后可以放回队列，像普通订单一样重新处理；不行的话还会回到这里。',
  none: '没有死信，消息全部处理完了。',
  column: { at: '时间', order: '订单', reason: '原因', message: '消息', action: '操作' },
  noOrder: '消息无法解析，原位置：',
  message: '查看消息',
  replay: '放回队列',
  replaySaid: '消息放回队列，重新处理一遍。',
  replayed: (id) => `死信 ${id} 已放回队列。`,
}

export const deadLetterWords = inBoth({ en: english, 'zh-CN': chinese })
export const deadLettersInEnglish = english
