// All that can be drawn. Whoever adds a fault changes what every seed draws.

import type { Fault } from '../fault.ts'
import { BUYER_FAULTS } from './buyers.ts'
import { CLOCK_FAULTS } from './clock.ts'
import { GATEWAY_FAULTS } from './gateway.ts'
import { KAFKA_FAULTS } from './kafka.ts'
import { KEEPER_FAULTS } from './keeper.ts'
import { MYSQL_FAULTS } from './mysql.ts'
import { OPERATOR_FAULTS } from './operators.ts'
import { PAYMENT_FAULTS } from './payment.ts'
import { REDIS_FAULTS } from './redis.ts'
import { UPGRADE_FAULTS } from './upgrade.ts'
import { WORKER_FAULTS } from './worker.ts'

export const FAULTS: Fault[] = [
  ...GATEWAY_FAULTS,
  ...WORKER_FAULTS,
  ...KEEPER_FAULTS,
  ...REDIS_FAULTS,
  ...KAFKA_FAULTS,
  ...MYSQL_FAULTS,
  ...CLOCK_FAULTS,
  ...UPGRADE_FAULTS,
  ...OPERATOR_FAULTS,
  ...PAYMENT_FAULTS,
  ...BUYER_FAULTS,
]
