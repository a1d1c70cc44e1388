// For tests on a real Prometheus and Alertmanager, or on their tools: `test(name, needsPrometheus(), …)` skips
// where one is missing, and says what brings it; in CI it fails instead.

import { onPath } from './launch-server.ts'

export const needsPrometheus = (): { skip: string | false } => {
  const isThere = [prometheusProgram(), alertmanagerProgram(), onPath('promtool'), onPath('amtool')]
  if (isThere.every((program) => program !== undefined)) return { skip: false }
  if (process.env.CI === 'true') throw new Error(NO_PROMETHEUS)
  return { skip: NO_PROMETHEUS }
}

// Undefined where they are not installed. Debian has a name of its own for the second.
export const prometheusProgram = (): string | undefined => onPath('prometheus')
export const alertmanagerProgram = (): string | undefined =>
  onPath('prometheus-alertmanager') ?? onPath('alertmanager')

export const NO_PROMETHEUS =
  'there is no prometheus with promtool, or no alertmanager with amtool: "npm run servers" installs them'
