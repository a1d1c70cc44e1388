// Hosts as they stand in URLs that name several, and the credentials before them.

const HOST_AND_PORT = /^(?:[a-zA-Z0-9._-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/

// `host:port`
export const isNode = (node: string): boolean => {
  const port = Number(HOST_AND_PORT.exec(node)?.[1])
  return port >= 1 && port <= 65_535
}

export interface NodesUrl {
  scheme: string
  nodes: string[] // each `host:port`
  username: string | undefined
  password: string | undefined
}

// `scheme://[user]:password@host:port,host:port`; undefined: it is none.
export const nodesUrl = (text: string): NodesUrl | undefined => {
  const { scheme, user, rest } = urlParts(text)
  const credentials = credentialsOf(user)
  const nodes = rest.replace(/\/$/, '').split(',')
  return credentials && nodes.every(isNode) ? { scheme, nodes, ...credentials } : undefined
}

export const urlParts = (text: string) => {
  const [, scheme = '', user, rest = ''] = /^([a-z-]+):\/\/(?:(.*)@)?([^@]+)$/.exec(text) ?? []
  return { scheme, user, rest }
}

// A user alone is a slip: who means a password writes a colon before it.
export const credentialsOf = (text: string | undefined) => {
  if (text === undefined) return { username: undefined, password: undefined }
  const [, user, coded] = /^([^:]*):([^:/?#@]+)$/.exec(text) ?? []
  if (coded === undefined) return undefined
  const [username, password] = [decoded(user!), decoded(coded)]
  if (username === undefined || password === undefined) return undefined
  return { username: username || undefined, password }
}

// Undefined: it has a lonely %.
export const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
