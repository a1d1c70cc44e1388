// `npm run servers`: installs what tests need and npm does not have, from Debian's packages, and Kafka from
// Maven Central into the user's cache (kafka-jars.ts). Somewhere else, or without root, it says what to do. What is
// there already is left alone, and no service is started: tests start servers of their own, on free ports.

import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { installKafka, rememberClasses } from './install-kafka.ts'
import { kafkaClasses, kafkaJars } from './kafka-jars.ts'

// Each package and a file by which one sees that it is there.
const PACKAGES = {
  'chromium-headless-shell': '/usr/bin/chromium-headless-shell',
  wrk: '/usr/bin/wrk',
  'redis-server': '/usr/bin/redis-server',
  'mariadb-server': '/usr/sbin/mariadbd',
  nginx: '/usr/sbin/nginx',
  prometheus: '/usr/bin/prometheus',
  'prometheus-alertmanager': '/usr/bin/prometheus-alertmanager',
  'openjdk-17-jre-headless': '/usr/bin/java',
  maven: '/usr/bin/mvn',
  openssl: '/usr/bin/openssl',
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
}

const APT = '/usr/bin/apt-get'

const main = async () => {
  const missing = Object.entries(PACKAGES).filter(([, file]) => !existsSync(file))
  if (missing.length === 0 && existsSync(kafkaClasses())) return console.log('everything is there')
  const names = missing.map(([name]) => name)
  if (names.length > 0) {
    if (!existsSync(APT) || process.getuid?.() !== 0) return sayWhatToDo(names)
    const install = () => apt(['install', '--yes', '--no-install-recommends', ...names])
    const status = apt(['update']) || withoutServices(install)
    if (status !== 0) process.exit(status)
  }
  if (!kafkaJars() && !installKafka()) process.exit(1)
  if (!existsSync(kafkaClasses())) await rememberClasses()
}

const sayWhatToDo = (names: string[]) => {
  process.exitCode = 1
  console.error(`missing: ${names.join(', ')}`)
  console.error(
    existsSync(APT)
      ? `as root: apt-get update && apt-get install ${names.join(' ')}`
      : 'this works on Debian; tests that need what is missing are skipped, and say so',
  )
}

// Waits for another apt instead of failing beside it.
const apt = (args: string[]): number => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const waiting = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3']
  const { status } = spawnSync(APT, [...waiting, ...args], { env, stdio: 'inherit' })
  return status ?? 1
}

// Debian's packages ask this program whether they may start what they bring, and 101 is a no. One that is
// there already is the machine's own. https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
const POLICY = '/usr/sbin/policy-rc.d'

const withoutServices = (install: () => number): number => {
  if (existsSync(POLICY)) return install()
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return install()
  } finally {
    rmSync(POLICY)
  }
}

await main()
