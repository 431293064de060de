/** What the quorum shows at this moment: asked of every controller that runs, believed from the leader of the newest epoch. */
import type { SandboxPort } from '../../contract/sandbox.ts'
import { type ClusterAnswer, describeCluster } from '../../kafka/describeCluster.ts'
import { describeQuorum, type LedQuorum } from '../../kafka/describeQuorum.ts'
import { NodeConnections } from '../../quorum/reading/nodeConnections.ts'
import { addressOf } from './participants.ts'
import { FETCH } from './wireRequests.ts'

export type Led = LedQuorum

export class QuorumState {
  readonly #port: SandboxPort
  readonly #connections = new NodeConnections({})

  constructor(port: SandboxPort) {
    this.#port = port
  }

  /** `null` while nobody leads. */
  async led(): Promise<Led | null> {
    const { nodes } = await this.#port.describe()
    const running = nodes.filter((node) => node.state === 'running' && node.roles.includes('controller'))
    const answers = await Promise.all(
      running.map(async (node) => {
        try {
          return await describeQuorum(await this.#connections.get(addressOf(node.address)))
        } catch {
          return null
        }
      }),
    )
    let newest: Led | null = null
    for (const answer of answers) {
      if (answer?.ok && (newest === null || answer.quorum.leaderEpoch > newest.leaderEpoch)) newest = answer.quorum
    }
    return newest
  }

  /** As the node itself tells it; `null` where it does not answer. */
  async cluster(nodeId: number): Promise<ClusterAnswer | null> {
    const { nodes } = await this.#port.describe()
    const node = nodes.find((candidate) => candidate.nodeId === nodeId)
    if (node === undefined) return null
    try {
      const connection = await this.#connections.get(addressOf(node.address))
      return await describeCluster(connection, node.roles.includes('controller') ? 'controllers' : 'brokers')
    } catch {
      return null
    }
  }

  /** Whether the log of this leader begins behind its first record, so that a fetch of it leads to a snapshot. */
  async isCleaned({ leaderId, leaderEpoch: epoch }: Led): Promise<boolean> {
    const { nodes } = await this.#port.describe()
    const node = nodes.find((candidate) => candidate.nodeId === leaderId)
    if (node === undefined) return false
    try {
      const connection = await this.#connections.get(addressOf(node.address))
      const first = { clusterId: null, epoch, offset: 1, lastFetchedEpoch: epoch, replica: null }
      return (await connection.send((c) => FETCH.async(c, first))).snapshotId !== null
    } catch {
      return false
    }
  }

  close(): void {
    this.#connections.close()
  }
}
