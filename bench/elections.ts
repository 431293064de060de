/**
 * Breaks the leader and times how long the next one stays unknown: to a side observer that asks all other controllers
 * every few milliseconds (nobody can know earlier), and to a websocket client.
 */
import type { QuorumView } from '../server/contract/quorumView.ts'
import { KafkaConnection } from '../server/kafka/connection.ts'
import { describeQuorum } from '../server/kafka/describeQuorum.ts'
import type { LiveClient } from './liveClient.ts'

const ASK_EVERY_MS = 5
const LIMIT_MS = 60_000
const TIMEOUTS = { connectTimeoutMs: 3000, requestTimeoutMs: 5000 }

export interface ElectionTimes {
  /** From breaking the leader to the first answer of the next one, at the side observer. */
  electionMs: number
  /** From that answer to the first snapshot or delta with the new leader at the client. Negative: the client was first. */
  behindMs: number
}

export interface Breaker {
  break(nodeId: number): Promise<unknown>
  mend(nodeId: number): Promise<unknown>
}

/** Resolves with the time at which one of these nodes first answered as the leader of a later epoch. */
async function firstAnswer(
  view: QuorumView,
  leaderId: number,
  epoch: number,
): Promise<{ answered: Promise<number>; close(): void }> {
  const others = view.replicas.filter((r) => r.status === 'follower' && r.nodeId !== leaderId)
  const connections = await Promise.all(
    others.flatMap((r) => r.endpoints.slice(0, 1)).map((endpoint) => KafkaConnection.open(endpoint, {}, TIMEOUTS)),
  )
  let open = true
  const watch = async (connection: KafkaConnection): Promise<number> => {
    while (open) {
      const answer = await describeQuorum(connection)
      if (answer.ok && answer.quorum.leaderEpoch > epoch) return Date.now()
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
    throw new Error('nobody led in time')
  }
  const answered = Promise.any(connections.map(watch))
  answered.catch(() => {})
  return {
    answered,
    close() {
      open = false
      for (const connection of connections) connection.close()
    },
  }
}

export async function timeElections(client: LiveClient, breaker: Breaker, rounds: number): Promise<ElectionTimes[]> {
  const times: ElectionTimes[] = []
  for (let round = 0; round < rounds; round += 1) {
    const view = await client.seeing(
      'a healthy quorum',
      (v) =>
        v.quorum.leaderId !== null &&
        !v.quorum.settling &&
        v.source.tailing &&
        v.quorum.healthyVoters === v.quorum.voters &&
        v.quorum.voters >= 3,
    )
    const { leaderId, leaderEpoch } = view.quorum
    if (leaderId === null || leaderEpoch === null) throw new Error('no leader')
    const side = await firstAnswer(view, leaderId, leaderEpoch)
    try {
      const seen = client.next(
        'a new leader',
        ({ message, atMs }) => {
          if (message.type !== 'delta' && message.type !== 'snapshot') return null
          const quorum = client.view?.quorum
          return quorum?.leaderId != null && (quorum.leaderEpoch ?? 0) > leaderEpoch && atMs
        },
        LIMIT_MS,
      )
      const brokenAtMs = Date.now()
      await breaker.break(leaderId)
      const [answeredAtMs, seenAtMs] = await Promise.all([side.answered, seen])
      times.push({ electionMs: answeredAtMs - brokenAtMs, behindMs: seenAtMs - answeredAtMs })
    } finally {
      side.close()
    }
    await breaker.mend(leaderId)
  }
  return times
}
