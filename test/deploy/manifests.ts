// The manifests of deploy/kubernetes as they are written, each with the file it stands in. What an overlay makes of
// them only kustomize knows.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

export const KUBERNETES = join(import.meta.dirname, '../../deploy/kubernetes')

// Only what the tests ask for. A patch of an overlay has less.
export interface Manifest {
  file: string
  kind: string
  metadata: { name: string }
  spec?: {
    replicas?: number
    minReplicas?: number
    maxReplicas?: number
    podSelector?: Selector
    scaleTargetRef?: { kind: string; name: string }
    selector?: Selector
    serviceName?: string
    suspend?: boolean
    strategy?: { rollingUpdate: { maxUnavailable: number } }
    template?: { metadata: { labels: Record<string, string> }; spec: Pod }
    jobTemplate?: { spec: { template: { spec: Pod } } }
    metrics?: Record<string, { metric: { name: string } }>[]
  }
  rules?: { resourceNames?: string[]; verbs: string[] }[]
}

interface Selector {
  matchLabels?: Record<string, string>
}

export interface Pod {
  automountServiceAccountToken: boolean
  enableServiceLinks: boolean
  terminationGracePeriodSeconds?: number
  topologySpreadConstraints?: { topologyKey: string }[]
  affinity?: { podAntiAffinity?: unknown }
  securityContext: { runAsNonRoot: boolean; seccompProfile: { type: string } }
  containers: Container[]
  volumes: Volume[]
}

interface Volume {
  name: string
  secret?: { secretName: string; items: { key: string; path: string }[] }
}

interface Probe {
  httpGet?: { path: string; port: string }
}

export interface Container {
  name: string
  image: string
  command?: string[]
  args?: string[]
  ports?: { name: string; containerPort: number }[]
  env?: { name: string; value?: string }[]
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[]
  volumeMounts: { name: string; mountPath: string }[]
  resources: { requests: { cpu: string; memory: string }; limits: { memory: string } }
  startupProbe?: Probe
  readinessProbe?: Probe
  livenessProbe?: Probe
  lifecycle?: { preStop: { sleep: { seconds: number } } }
  securityContext: {
    allowPrivilegeEscalation: boolean
    readOnlyRootFilesystem: boolean
    capabilities: { drop: string[] }
  }
}

// A document that does not parse throws, with its file and line.
export const documentsOf = (file: string): unknown[] =>
  parseAllDocuments(readFileSync(join(KUBERNETES, file), 'utf8'), { version: '1.1' }).map(
    (document) => {
      for (const error of document.errors) throw new Error(`${file}: ${error.message}`)
      return document.toJS() as unknown
    },
  )

export const yamlFiles = globSync('**/*.yaml', { cwd: KUBERNETES }).sort()

const isManifest = (of: unknown): of is Manifest =>
  typeof of === 'object' && of !== null && 'kind' in of && of.kind !== 'Kustomization'

export const manifests: Manifest[] = yamlFiles.flatMap((file) =>
  documentsOf(file)
    .filter(isManifest)
    .map((manifest) => ({ ...manifest, file })),
)

export const ofBase = manifests.filter(({ file }) => /^(?:base|sale)\//.test(file))

// Everything that starts pods, with the pod it starts.
export const pods = ofBase.flatMap((manifest) => {
  const { template, jobTemplate } = manifest.spec ?? {}
  const pod = template?.spec ?? jobTemplate?.spec.template.spec
  return pod === undefined ? [] : [{ manifest, pod, container: pod.containers[0]! }]
})

export const found = (kind: string, name: string, of = ofBase): Manifest => {
  const manifest = of.find((one) => one.kind === kind && one.metadata.name === name)
  if (manifest === undefined) throw new Error(`there is no ${kind} ${name}`)
  return manifest
}
