/** A view of the past, from the words that stood then and one point of the columns. Pure. */
import { QuorumView, type ReplicaView } from '../../contract/quorumView.ts'
import { keyText } from '../../contract/replicaKey.ts'
import { votersOf } from '../../contract/voters.ts'
import {
  HEALTHS,
  known,
  QUORUM_AT,
  type QuorumColumn,
  REPLICA_AT,
  type ReplicaColumn,
  STATUSES,
} from '../samples/columns.ts'
import type { SampleBlock } from '../samples/sampleBlock.ts'
import { QUORUM, type ReplicaWords, ROSTER, type Roster, replicaKey, type StandingFacts } from './viewWords.ts'

/** In place of a server run: no live view has it. */
export const PAST_RUN = 'past'

/** @param words by key, as they stood then. @returns `null` where they do not make a view that this version can show */
export function pastView(
  cluster: string,
  words: ReadonlyMap<string, string>,
  block: SampleBlock,
  point: number,
): QuorumView | null {
  const read = (key: string): unknown => JSON.parse(words.get(key) ?? 'null')
  const roster = read(ROSTER) as Roster | null
  const standing = read(QUORUM) as StandingFacts | null
  if (roster === null || standing === null) return null
  const ofQuorum = (name: QuorumColumn) => known(block.quorum[QUORUM_AT[name]]?.[point])
  const replicas: ReplicaView[] = []
  for (const key of roster.replicas) {
    const columns = block.replicas.get(keyText(key))?.columns
    const of = (name: ReplicaColumn) => known(columns?.[REPLICA_AT[name]]?.[point])
    const status = STATUSES[of('status') ?? -1]
    // Listed since, in a point that is wider than the time between.
    if (status === undefined) continue
    const {
      roles = [],
      endpoints = [],
      registered = null,
      fenced = null,
      rack = null,
    } = (read(replicaKey(key)) ?? {}) as Partial<ReplicaWords>
    replicas.push({
      ...key,
      status,
      health: HEALTHS[of('health') ?? -1] ?? 'unknown',
      logEndOffset: of('logEndOffset'),
      lag: of('lag'),
      timeLagMs: of('timeLagMs'),
      lastFetchAgeMs: of('lastFetchAgeMs'),
      lastCaughtUpAgeMs: of('lastCaughtUpAgeMs'),
      roles,
      endpoints,
      registered,
      fenced,
      rack,
    })
  }
  const voters = votersOf({ replicas, quorum: { voters: standing.voters, leaderId: null } })
  const followers = voters.filter(({ status }) => status !== 'leader')
  const view = {
    cluster,
    clusterId: roster.clusterId,
    observedAtMs: block.timeOf(point),
    serverRunId: PAST_RUN,
    seq: 0,
    source: read('source'),
    quorum: {
      ...standing,
      leaderId: ofQuorum('leaderId'),
      leaderEpoch: ofQuorum('leaderEpoch'),
      leaderClockMs: null,
      highWatermark: ofQuorum('highWatermark'),
      healthyVoters: ofQuorum('healthyVoters') ?? 0,
      margin: ofQuorum('margin'),
      maxFollowerLag: most(followers.map(({ lag }) => lag)),
      maxFollowerLagTimeMs: most(followers.map(({ timeLagMs }) => timeLagMs)),
    },
    replicas,
    controllers: read('controllers'),
    incidents: read('incidents') ?? [],
    incidentMemory: roster.incidentMemory,
    findings: read('findings') ?? [],
  }
  // Another version of Quorumdeck may have written them.
  const parsed = QuorumView.safeParse(view)
  return parsed.success ? parsed.data : null
}

/** The largest; `null` where one is unknown, or there is none. */
function most(values: readonly (number | null)[]): number | null {
  let largest: number | null = null
  for (const value of values) {
    if (value === null) return null
    if (largest === null || value > largest) largest = value
  }
  return largest
}
