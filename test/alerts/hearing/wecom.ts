// WeCom as an application sees it: a token for the secret of the application, and messages under that token.
// https://developer.work.weixin.qq.com/document/path/90236

import { type Ear, startEar } from './ear.ts'

interface Wecom extends AsyncDisposable {
  url: string
  words: string[] // of the messages to the party that the shipped file names
}

const BYTES_MAX = 2048 // more are cut off

export const startWecom = async (secret: string): Promise<Wecom> => {
  const words: string[] = []
  const ear: Ear = await startEar(({ method, path, body }) => {
    const { pathname, searchParams } = new URL(path, 'http://wecom')
    if (pathname === '/cgi-bin/gettoken') {
      const isKnown = searchParams.get('corpsecret') === secret && searchParams.has('corpid')
      return { status: 200, body: isKnown ? TOKEN : { errcode: 40_001, errmsg: 'invalid secret' } }
    }
    const isSent = method === 'POST' && pathname === '/cgi-bin/message/send'
    if (!isSent || searchParams.get('access_token') !== TOKEN.access_token)
      return { status: 200, body: { errcode: 40_014, errmsg: 'invalid access_token' } }
    const { msgtype, toparty, agentid, text } = JSON.parse(body)
    if (msgtype !== 'text' || toparty !== '1' || agentid !== '1000002')
      return { status: 200, body: { errcode: 81_013, errmsg: 'nobody is there' } }
    words.push(Buffer.from(text.content).subarray(0, BYTES_MAX).toString())
    return { status: 200, body: { errcode: 0, errmsg: 'ok' } }
  })
  return { url: ear.url, words, [Symbol.asyncDispose]: () => ear[Symbol.asyncDispose]() }
}

const TOKEN = { errcode: 0, errmsg: 'ok', access_token: 'the-token', expires_in: 7200 }
