/** What brokers report of their disks: DescribeLogDirs (35) v4, broker listeners only. Needs DESCRIBE on CLUSTER. */
import { describeLogDirsV4 } from '@platformatic/kafka'
import type { Endpoint } from '../../contract/quorumView.ts'
import { KafkaConnection, type Security } from '../../kafka/connection.ts'
import type { BrokerDisks } from '../assessment/brokerDisks.ts'
import { someAtOnce } from './someAtOnce.ts'

/** Brokers that are asked at once: each answers with all of its partitions. */
const AT_ONCE = 16

const TIMEOUTS = { connectTimeoutMs: 1500, requestTimeoutMs: 5000 }

async function disksOf(connection: KafkaConnection, concerned: ReadonlySet<string>): Promise<BrokerDisks | null> {
  if (connection.version(35, { min: 4, max: 4 }) === null) return null
  const { errorCode, results } = await connection.send((c) => describeLogDirsV4.api.async(c, null))
  if (errorCode !== 0) return null
  const replicas = new Map<string, number>()
  const disks = { replicas, totalBytes: 0, usableBytes: 0 }
  for (const { errorCode: failed, topics, totalBytes, usableBytes } of results) {
    if (failed !== 0) continue
    disks.totalBytes += Number(totalBytes)
    disks.usableBytes += Number(usableBytes)
    for (const { name, partitions } of topics) {
      for (const { partitionIndex, partitionSize } of partitions) {
        const key = `${name}-${partitionIndex}`
        if (concerned.has(key)) replicas.set(key, (replicas.get(key) ?? 0) + Number(partitionSize))
      }
    }
  }
  return disks
}

export interface BrokerSource {
  readonly log: { readonly brokers: ReadonlyMap<number, { endpoints: Endpoint[]; fenced: boolean }> } | null
}

export class BrokerReads {
  readonly #source: BrokerSource
  readonly #security: Security

  constructor(source: BrokerSource, security: Security) {
    this.#source = source
    this.#security = security
  }

  /**
   * Of those that answer, by id; each on a connection of its own. Never rejects.
   * @param concerned replicas to report, as `topic-partition`: all of all brokers would be millions
   */
  async disks(brokerIds: readonly number[], concerned: ReadonlySet<string>): Promise<Map<number, BrokerDisks>> {
    const found = new Map<number, BrokerDisks>()
    await someAtOnce(brokerIds, AT_ONCE, async (id) => {
      const broker = this.#source.log?.brokers.get(id)
      const endpoint = broker?.endpoints[0]
      if (broker === undefined || broker.fenced || endpoint === undefined) return
      const connection = await KafkaConnection.open(endpoint, this.#security, TIMEOUTS).catch(() => null)
      if (connection === null) return
      try {
        const disks = await disksOf(connection, concerned).catch(() => null)
        if (disks !== null) found.set(id, disks)
      } finally {
        connection.close()
      }
    })
    return found
  }
}
