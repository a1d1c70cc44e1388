// What is said of the settings. What each means comes from the server.

import { inBoth } from '../language.ts'

const english = {
  said: 'Of the process that answers you now. Others may have been started with other settings. They are changed in the environment of a process, and read when it starts.',
  search: 'Search',
  onlyChanged: 'Only what is not as it is by default',
  shown: (count: number, of: number) => `${count} of ${of} settings`,
  changed: 'Changed',
  empty: 'nothing',
  keys: (ids: string) => `keys with the ids ${ids}`,
  secret: 'Secret',
  column: { name: 'Name', value: 'Value', default: 'Default', unit: 'Unit', meaning: 'Meaning' },
}

const chinese: typeof english = {
  said: '这里是当前应答进程的设置，别的进程可能不同。设置写在环境变量里，重启进程才生效。含义由服务器给出，是英文。',
  search: '搜索',
  onlyChanged: '只看改过的',
  shown: (count, of) => `共 ${of} 项，显示 ${count} 项`,
  changed: '已改',
  empty: '空',
  keys: (ids) => `密钥编号 ${ids}`,
  secret: '密钥',
  column: { name: '名称', value: '当前值', default: '默认值', unit: '单位', meaning: '含义' },
}

export const settingsWords = inBoth({ en: english, 'zh-CN': chinese })
export const settingsInEnglish = english
