// What the parts for those who run the engine are called, where they are linked and where they are shown.

import { inBoth } from './language.ts'

const english = {
  webhooks: 'Webhooks',
  deadLetters: 'Dead letters',
  log: 'Audit log',
  settings: 'Settings',
  done: 'What was done to it',
  told: 'Webhooks about it',
}

const chinese: typeof english = {
  webhooks: 'Webhook 推送',
  deadLetters: '死信',
  log: '操作日志',
  settings: '系统设置',
  done: '操作记录',
  told: '推送记录',
}

export const operationsWords = inBoth({ en: english, 'zh-CN': chinese })
export const operationsInEnglish = english
