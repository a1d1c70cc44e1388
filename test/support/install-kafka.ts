// Fetches Kafka from Maven Central, which checks what it fetches against its checksums. It needs `mvn`.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { KAFKA_VERSION, kafkaClasses, kafkaFolder, LOG4J_VERSION } from './kafka-jars.ts'
import { startKafka } from './kafka-server.ts'

// True: it is there now.
export const installKafka = (): boolean => {
  const place = kafkaFolder()
  mkdirSync(dirname(place), { recursive: true })
  const work = mkdtempSync(`${place}-`)
  try {
    writeFileSync(join(work, 'pom.xml'), pom())
    const { status } = spawnSync('mvn', FETCH, { cwd: work, stdio: 'inherit' })
    if (status !== 0) return false
    renameSync(join(work, JARS), place)
    return true
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

// A broker that ends by itself writes down the classes it had. A Java that cannot do that starts as slowly as
// before.
export const rememberClasses = async (): Promise<void> => {
  const file = `${kafkaClasses()}-${process.pid}`
  const kafka = await startKafka({ java: [`-XX:ArchiveClassesAtExit=${file}`] })
  kafka.signal('SIGTERM')
  await kafka.exited
  await kafka.stop()
  if (existsSync(file)) renameSync(file, kafkaClasses())
}

const JARS = 'jars'

const FETCH = [
  '--batch-mode',
  '--quiet',
  'dependency:copy-dependencies',
  '-DincludeScope=runtime',
  `-DoutputDirectory=${JARS}`,
]

const pom = () => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>seckill</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
${NEEDED.map(dependency).join('\n')}
  </dependencies>
</project>
`

const LOG4J = 'org.apache.logging.log4j'

const NEEDED: [group: string, artifact: string, version: string][] = [
  ['org.apache.kafka', 'kafka_2.13', KAFKA_VERSION],
  [LOG4J, 'log4j-api', LOG4J_VERSION],
  [LOG4J, 'log4j-core', LOG4J_VERSION],
  [LOG4J, 'log4j-slf4j-impl', LOG4J_VERSION],
]

const dependency = ([group, artifact, version]: (typeof NEEDED)[number]) =>
  `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`
