// A sale from beginning to end, in one process.

import { startEngine } from '../support/engine.ts'
import { saleJourneys } from './sale-journeys.ts'

saleJourneys('a sale', startEngine)
