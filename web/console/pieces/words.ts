// Words of pieces that more than one part of the console is made of.

import { inBoth } from '../language.ts'

const english = {
  stop: 'Stop',
  soFar: (kilobytes: string) => `${kilobytes} kB so far…`,
  saved: 'Saved.',
  noneYet: 'Nothing found in what was looked through so far, and there is more.',
  searchOn: 'Search on',
  tryAgain: 'Try again',
  viewLost: 'This page could not be fetched.',
  search: 'Search',
}

const chinese: typeof english = {
  stop: '停止',
  soFar: (kilobytes) => `已收到 ${kilobytes} KB…`,
  saved: '已保存。',
  noneYet: '查过的部分里没有，后面还有没查的。',
  searchOn: '继续查',
  tryAgain: '再试一次',
  viewLost: '页面没有加载出来。',
  search: '查询',
}

export const pieceWords = inBoth({ en: english, 'zh-CN': chinese })
export const pieceWordsInEnglish = english
