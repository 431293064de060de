/** What Kafka's own tools would send in a lesson, and what they would print. */
import type { LessonTool } from '../../contract/sandbox.ts'
import type { ClientRequest, ClientResponse } from './core/api/rpc.ts'
import type { ReplicaKey } from './core/raft/records.ts'
import { votersOf } from './core/raft/replica.ts'
import { asLeader, type ClusterState, type LeaderNode, liveNode } from './core/state.ts'
import type { Part } from './lessons.ts'

function leaderOf(state: ClusterState): LeaderNode | null {
  const leaders = state.nodes.flatMap((node) => {
    const live = node.process === 'running' ? liveNode(node) : null
    return (live === null ? null : asLeader(live)) ?? []
  })
  return leaders.sort((one, other) => other.disk.election.epoch - one.disk.election.epoch)[0] ?? null
}

/** Who is who when a lesson begins: the hosts of a fresh quorum that leads itself. */
export function partsOf(state: ClusterState): Record<Part, number> {
  const leader = leaderOf(state)
  const controllers = state.nodes.filter((node) => node.config.controllerListener !== null).map((node) => node.id)
  const [first = -1, second = -1] = controllers.filter((id) => id !== leader?.id)
  return { leader: leader?.id ?? -1, 'first follower': first, 'second follower': second }
}

/** The request, or why the tool cannot send it. */
export function commandOf(
  state: ClusterState,
  tool: LessonTool,
): { leaderId: number; request: ClientRequest } | string {
  const leader = leaderOf(state)
  if (leader === null) return 'TimeoutException: nobody leads, so nothing can be sent.'
  const send = (request: ClientRequest) => ({ leaderId: leader.id, request })
  const running = (key: ReplicaKey) => {
    const node = state.nodes.find((n) => n.id === key.id)
    return node?.process === 'running' && node.disk?.directoryId === key.directoryId
  }
  const voters = votersOf(leader).map((voter) => voter.key)
  switch (tool) {
    case 'upgrade-kraft-version':
      return send({
        api: 'updateFeatures',
        validateOnly: false,
        updates: [{ name: 'kraft.version', level: 1, type: 'upgrade' }],
      })
    case 'remove-healthy-voter': {
      const voter = voters.find((key) => key.id !== leader.id && running(key))
      if (voter === undefined) return 'There is no healthy follower to remove.'
      return send({ api: 'removeRaftVoter', clusterId: state.clusterId, voter })
    }
    case 'add-before-remove': {
      const node = state.nodes.find(
        (n) =>
          n.process === 'running' && voters.some((key) => key.id === n.id && key.directoryId !== n.disk?.directoryId),
      )
      if (node?.disk == null || node.config.controllerListener === null) {
        return 'No new disk stands beside an old one that is a voter.'
      }
      const voter = { id: node.id, directoryId: node.disk.directoryId }
      const listeners = [node.config.controllerListener]
      return send({ api: 'addRaftVoter', clusterId: state.clusterId, voter, listeners, ackWhenCommitted: true })
    }
    default:
      return tool satisfies never
  }
}

export function answerText(response: ClientResponse): string {
  switch (response.api) {
    case 'addRaftVoter':
    case 'removeRaftVoter':
    case 'updateFeatures':
      return response.error === 0
        ? 'Kafka accepted it.'
        : `Kafka answered error ${response.error}${response.message === null ? '.' : `: ${response.message}`}`
    case 'disconnected':
      return 'The leader went away before it answered: the outcome is unknown.'
    default:
      return `An answer of ${response.api}.`
  }
}
