// For tests on a whole cluster: they skip where a Redis, a Kafka or a MariaDB is missing, with the reason
// of the first that is; in CI they fail instead.

import { needsKafka, needsOwnKafka } from './needs-kafka.ts'
import { needsMysql, needsOwnMysql } from './needs-mysql.ts'
import { needsOwnRedis } from './needs-redis.ts'

interface Skip {
  skip: string | false
}

const first = (needs: Skip[]): Skip => needs.find(({ skip }) => skip !== false) ?? { skip: false }

export const needsCluster = (): Skip => first([needsOwnRedis(), needsKafka(), needsMysql()])

// Whoever breaks a server starts one of his own.
export const needsOwnCluster = (): Skip =>
  first([needsOwnRedis(), needsOwnKafka(), needsOwnMysql()])
