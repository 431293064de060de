/** What the quorum shows at this moment: asked of every controller that runs, believed from the leader of the newest epoch. */
import type { SandboxPort } from '../contract/sandbox.ts'
import { type ClusterAnswer, describeCluster } from '../kafka/describeCluster.ts'
import { describeQuorum, type QuorumAnswer } from '../kafka/describeQuorum.ts'
import { NodeConnections } from '../quorum/nodeConnections.ts'
import { addressOf } from './cast.ts'

export type Led = Extract<QuorumAnswer, { ok: true }>

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
      if (answer?.ok && (newest === null || answer.leaderEpoch > newest.leaderEpoch)) newest = answer
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

  close(): void {
    this.#connections.close()
  }
}
