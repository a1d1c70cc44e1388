// The manifests against the program they start: that settings and commands are real, that secrets are read from
// files and stand nowhere, that nobody has a right he does not need, and that numbers which belong together agree.
// Whether Kubernetes takes them, its own schemas say (docs/kubernetes.md has the commands).

import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite, test } from 'node:test'
import { SETTINGS } from '../../src/config/settings.ts'
import { commandNames } from './command-names.ts'
import {
  documentsOf,
  found,
  KUBERNETES,
  type Manifest,
  manifests,
  ofBase,
  pods,
  yamlFiles,
} from './manifests.ts'
import { settingsOf } from './settings-of.ts'

const read = (file: string) => readFileSync(join(KUBERNETES, file), 'utf8')
const ROLES = ['gateway', 'worker', 'keeper']
const ofRoles = pods.filter(({ container }) => ROLES.includes(container.name))
const OVERLAYS = ['small', 'million']

suite('settings', () => {
  test('every one that is named anywhere exists', () => {
    const known: Record<string, { hasTwin?: true }> = SETTINGS
    const files = globSync('**/*.*', { cwd: KUBERNETES })
    const named = files.flatMap((file) => read(file).match(/SECKILL_[A-Z_]*[A-Z]/g) ?? [])
    assert(named.length > 15)
    const wrong = named.filter((name) => {
      const twin = name.replace(/_FILE$/, '')
      return !(name in known) && !(twin !== name && known[twin]?.hasTwin)
    })
    assert.deepEqual(wrong, [])
  })

  test('a process is named its ports as it listens on them', () => {
    const { SECKILL_PORT, SECKILL_OPERATIONS_PORT } = settingsOf('base/settings.env')
    for (const { container } of ofRoles)
      for (const { name, containerPort } of container.ports!)
        assert.equal(
          String(containerPort),
          name === 'http' ? SECKILL_PORT : SECKILL_OPERATIONS_PORT,
        )
  })

  test('nothing that Kubernetes adds by itself is taken for one', () => {
    for (const { pod, manifest } of pods) assert.equal(pod.enableServiceLinks, false, manifest.file)
  })
})

suite('processes', () => {
  test('each role is there, and is a command of the program', async () => {
    assert.deepEqual(ofRoles.map(({ container }) => container.name).sort(), [...ROLES].sort())
    const names = await commandNames()
    for (const { container } of ofRoles) {
      assert.deepEqual(container.args, [container.name])
      assert(names.includes(container.name))
    }
  })

  test('a gateway has a core', () => {
    const [gateway] = ofRoles.filter(({ container }) => container.name === 'gateway')
    assert.equal(gateway!.container.resources.requests.cpu, '1')
  })

  test('each is asked at its operations port, by the paths that mean what is asked', () => {
    for (const { container } of ofRoles) {
      assert.deepEqual(container.startupProbe!.httpGet, { path: '/healthz', port: 'operations' })
      assert.deepEqual(container.livenessProbe!.httpGet, { path: '/healthz', port: 'operations' })
      assert.deepEqual(container.readinessProbe!.httpGet, { path: '/readyz', port: 'operations' })
    }
  })

  test('each has time to drain before it is killed', () => {
    const drainSeconds = Number(settingsOf('base/settings.env').SECKILL_DRAIN_MS) / 1000
    for (const { pod, container } of pods.filter(({ pod: { terminationGracePeriodSeconds } }) =>
      Boolean(terminationGracePeriodSeconds),
    )) {
      const before = container.lifecycle?.preStop.sleep.seconds ?? 0
      assert(pod.terminationGracePeriodSeconds! > before + drainSeconds, container.name)
    }
  })

  test('each may lose a zone, a machine, and one of its own on purpose', () => {
    for (const { manifest, pod } of pods.filter(({ manifest: { kind } }) => kind !== 'CronJob')) {
      const { name } = manifest.metadata
      const zones = pod.topologySpreadConstraints!.map(({ topologyKey }) => topologyKey)
      assert.deepEqual(zones, ['topology.kubernetes.io/zone'])
      assert(pod.affinity?.podAntiAffinity, name)
      assert.deepEqual(
        found('PodDisruptionBudget', name).spec!.selector!.matchLabels,
        manifest.spec!.template!.metadata.labels,
      )
      if (manifest.kind === 'Deployment')
        assert.equal(manifest.spec!.strategy!.rollingUpdate.maxUnavailable, 0, name)
    }
  })
})

suite('secrets', () => {
  test('none is in the repository', () => {
    assert.deepEqual(
      manifests.filter(({ kind }) => kind === 'Secret'),
      [],
    )
    assert.doesNotMatch(yamlFiles.map(read).join(''), /secretGenerator|whsec_|stringData/)
  })

  test('each is read from a file that is mounted, and by whoever needs it alone', () => {
    const needed = {
      gateway: ['admin-key', 'secret', 'payment-secret'],
      worker: ['admin-key'],
      keeper: ['admin-key', 'payment-secret'],
    }
    for (const { pod, container } of ofRoles) {
      const name = container.name as keyof typeof needed
      const { secret } = pod.volumes.find((volume) => volume.secret)!
      assert.deepEqual(
        secret!.items.map(({ key, path }) => [key, path]),
        needed[name].map((key) => [key, key]),
      )
      const { mountPath } = container.volumeMounts[0]!
      const files = container.env!.filter((one) => one.name.endsWith('_FILE'))
      assert.deepEqual(
        files.map(({ value }) => value),
        needed[name].map((key) => `${mountPath}/${key}`),
      )
    }
  })
})

suite('rights', () => {
  test('every pod runs without any on its machine', () => {
    assert(pods.length > 4)
    for (const { manifest, pod, container } of pods) {
      assert.equal(pod.securityContext.runAsNonRoot, true, manifest.file)
      assert.equal(pod.securityContext.seccompProfile.type, 'RuntimeDefault')
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      assert(container.resources.requests.memory && container.resources.limits.memory)
    }
  })

  test('only what sets the minimum may ask the cluster, and only for that', () => {
    const asking = pods.filter(({ pod }) => pod.automountServiceAccountToken)
    assert.deepEqual([...new Set(asking.map(({ container }) => container.name))], ['set-minimum'])
    const roles = ofBase.filter(({ kind }) => kind.endsWith('Role'))
    assert.deepEqual(
      roles.map(({ kind, metadata }) => [kind, metadata.name]),
      [['Role', 'set-minimum']],
    )
    const rights = roles[0]!.rules!.map(({ resourceNames, verbs }) => [resourceNames, verbs])
    assert.deepEqual(rights, [
      [['gateway'], ['patch']],
      [['gateway'], ['get']],
    ])
  })

  test('nobody speaks to anybody who is not named', () => {
    const nobody = found('NetworkPolicy', 'nobody')
    assert.deepEqual(nobody.spec, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
  })
})

suite('numbers', () => {
  const autoscaler = (name: string, overlay: string): Manifest['spec'] => {
    const [patch] = manifests.filter(
      ({ file, kind, metadata }) =>
        file.startsWith(`overlays/${overlay}/`) &&
        kind === 'HorizontalPodAutoscaler' &&
        metadata.name === name,
    )
    return { ...found('HorizontalPodAutoscaler', name).spec, ...patch?.spec }
  }

  for (const overlay of OVERLAYS) {
    test(`the edge of ${overlay} knows every gateway that may be started, and no other`, () => {
      const text = read(`overlays/${overlay}/upstreams.conf`)
      const names = [...text.matchAll(/^ {2}server (\S+) .* resolve;$/gm)].map(([, name]) => name)
      const { serviceName } = found('StatefulSet', 'gateway').spec!
      const { maxReplicas } = autoscaler('gateway', overlay)!
      assert.deepEqual(
        names,
        Array.from(
          { length: maxReplicas! },
          (_, at) => `gateway-${at}.${serviceName}.seckill.svc.cluster.local:3000`,
        ),
      )
    })

    test(`no worker of ${overlay} is without a partition`, () => {
      const { SECKILL_QUEUE_PARTITIONS } = settingsOf('base/settings.env')
      assert(autoscaler('worker', overlay)!.maxReplicas! <= Number(SECKILL_QUEUE_PARTITIONS))
    })
  }

  test('autoscalers scale what there is, by what the adapter gives', () => {
    const adapter = read('metrics/adapter.yaml')
    const scaled = ofBase.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
    assert.deepEqual(scaled.map(({ metadata }) => metadata.name).sort(), ['gateway', 'worker'])
    for (const { spec } of scaled) {
      const { kind, name } = spec!.scaleTargetRef!
      assert.equal(
        found(kind, name).spec!.replicas,
        undefined,
        'the autoscaler alone says how many',
      )
      for (const metric of spec!.metrics!) {
        const { metric: asked } = Object.values(metric).find((one) => typeof one === 'object')!
        assert(adapter.includes(`as: ${asked.name} `), asked.name)
      }
    }
  })

  test('jobs before and after a sale wait until somebody says when', () => {
    const jobs = ofBase.filter(({ kind }) => kind === 'CronJob')
    assert.deepEqual(
      jobs.map(({ spec }) => spec!.suspend),
      [true, true],
    )
  })
})

test('every file that a kustomization names is there, and the edge gets all of deploy/nginx', () => {
  const roots = yamlFiles.filter((file) => file.endsWith('kustomization.yaml'))
  const named = roots.concat('../nginx/kustomization.yaml').flatMap((root) => {
    const [{ resources = [], patches = [], configMapGenerator = [] }] = documentsOf(root) as [
      {
        resources?: string[]
        patches?: { path?: string }[]
        configMapGenerator?: { files?: string[]; envs?: string[] }[]
      },
    ]
    const files = configMapGenerator.flatMap(({ files: some = [], envs = [] }) => [
      ...some,
      ...envs,
    ])
    const paths = [...resources, ...patches.flatMap(({ path }) => path ?? []), ...files]
    return paths.map((path) => join(KUBERNETES, dirname(root), path.replace(/^.*=/, '')))
  })
  assert(named.length > 30)
  assert.deepEqual(
    named.filter((path) => !existsSync(path)),
    [],
  )
  const nginx = join(KUBERNETES, '../nginx')
  const files = globSync('*.conf', { cwd: nginx }).filter((file) => !file.includes('.example.'))
  assert.deepEqual(
    files.filter((file) => !named.includes(join(nginx, file))),
    [],
  )
  assert(named.some((path) => statSync(path).isDirectory()))
})
