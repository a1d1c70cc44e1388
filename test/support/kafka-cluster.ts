// Three real brokers on free ports, each also a controller. What is acknowledged is on two of them at
// least, so any one may be killed or paused.

import { freePort } from './free-port.ts'
import { type KafkaServer, newClusterId, startKafka } from './kafka-server.ts'

export interface KafkaCluster extends AsyncDisposable {
  url: string // kafka://…, names all
  brokers: KafkaServer[] // their node ids are 1, 2 and 3
  stop(): Promise<void>
}

const NODE_IDS = [1, 2, 3]

const placeOf = async (nodeId: number) => ({
  nodeId,
  port: await freePort(),
  controllerPort: await freePort(),
})

export const startKafkaCluster = async (): Promise<KafkaCluster> => {
  const clusterId = newClusterId()
  const places = await Promise.all(NODE_IDS.map(placeOf))
  const voter = (of: (typeof places)[number]) => `${of.nodeId}@127.0.0.1:${of.controllerPort}`
  const voters = places.map(voter).join()
  const starting = places.map((place) => startKafka({ node: { ...place, clusterId, voters } }))
  const ends = await Promise.allSettled(starting)
  const brokers = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  const stop = async () => void (await Promise.all(brokers.map((broker) => broker.stop())))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  const url = `kafka://${brokers.map(({ broker }) => broker).join()}`
  return { url, brokers, stop, [Symbol.asyncDispose]: stop }
}
