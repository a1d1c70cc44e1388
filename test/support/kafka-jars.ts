// Where `npm run servers` puts Kafka, which is in no package of Debian or npm: the jars of one version, in
// a folder of the user that every clone of this repository shares.

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export const KAFKA_VERSION = '4.1.1'
export const LOG4J_VERSION = '2.25.2' // Kafka's own list of what it needs has nothing that writes logs

const caches = () => process.env.XDG_CACHE_HOME || join(homedir(), '.cache')

export const kafkaFolder = (): string => join(caches(), 'seckill', `kafka-${KAFKA_VERSION}`)

// Undefined where they are not all there: the folder gets its name when it is whole.
export const kafkaJars = (): string | undefined =>
  existsSync(kafkaFolder()) ? join(kafkaFolder(), '*') : undefined

// What Java remembers of their classes, so that a broker starts in half of the time. Made once, after the
// jars are there: https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
export const kafkaClasses = (): string => join(kafkaFolder(), 'classes.jsa')
