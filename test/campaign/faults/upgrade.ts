// In the middle of an upgrade two versions work side by side: a gateway writes messages that old workers do
// not know and leave where they are until newer ones come; or it decides by scripts that Redis keeps
// beside the others. And every gateway is told to stop and started again, one after the other.

import { type Fault, nothingToHeal } from '../fault.ts'
import type { Edit, Field } from '../field.ts'

const THIS_VERSION: Edit[] = []

const NEWER_MESSAGES: Edit[] = [
  ['domain/messages.ts', 'MESSAGE_VERSION = 1', 'MESSAGE_VERSION = 2'],
  ['domain/messages.ts', 'version !== MESSAGE_VERSION', 'version > MESSAGE_VERSION'],
]

// The same decisions, and other scripts to Redis.
const OTHER_SCRIPTS: Edit[] = [
  ['adapters/redis/script.ts', "lines].join('\\n')", "lines, '-- of another version'].join('\\n')"],
]

const WORKERS = ['worker-1', 'worker-2']

const restartAs = async (field: Field, name: string, version: Edit[]) => {
  const back = field.leaves(name)
  field.become(name, version)
  field.cluster.kill(name, 'SIGTERM')
  await field.cluster.process(name).exited
  await field.restart(name)
  back()
}

export const UPGRADE_FAULTS: Fault[] = [
  {
    name: 'old workers meet messages of a newer gateway',
    touches: ['worker', 'gateway'],
    holdMs: [500, 2000],
    async begin(field, chance) {
      const gateway = chance.pick(field.gateways)
      for (const worker of WORKERS)
        if (field.versionOf(worker).length > 0) await restartAs(field, worker, THIS_VERSION)
      await restartAs(field, gateway, NEWER_MESSAGES)
      return async () => {
        for (const worker of WORKERS) await restartAs(field, worker, NEWER_MESSAGES)
        await restartAs(field, gateway, THIS_VERSION)
      }
    },
  },
  {
    name: 'two versions of the scripts decide side by side',
    touches: ['gateway'],
    holdMs: [1000, 3000],
    async begin(field, chance) {
      const gateway = chance.pick(field.gateways)
      await restartAs(field, gateway, OTHER_SCRIPTS)
      return () => restartAs(field, gateway, THIS_VERSION)
    },
  },
  {
    name: 'all gateways are restarted one by one',
    touches: ['gateway'],
    holdMs: [0, 0],
    async begin(field) {
      for (const name of field.gateways) await restartAs(field, name, THIS_VERSION)
      return nothingToHeal
    },
  },
]
