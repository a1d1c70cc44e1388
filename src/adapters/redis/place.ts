// Where Redis is, as the settings say it.

export type RedisPlace =
  | { kind: 'redis'; url: string } // redis:// or rediss://, credentials and database included
  | {
      kind: 'redis-cluster'
      nodes: string[] // host:port of some of the nodes
      username: string | undefined
      password: string | undefined
      tls: boolean
    }
