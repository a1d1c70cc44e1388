// Every rule of the protocol taken out alone, and plain mistakes: what the simulation must find, or it
// proves nothing when it finds nothing.

import { ENGINE_SABOTAGES } from './sabotage-engine.ts'
import { FLOW_SABOTAGES } from './sabotage-flows.ts'
import { MEMORY_SABOTAGES } from './sabotage-memory.ts'

export const SABOTAGES = { ...FLOW_SABOTAGES, ...ENGINE_SABOTAGES, ...MEMORY_SABOTAGES }

export type SabotageName = keyof typeof SABOTAGES
