/** What is kept of every observation, as whole numbers in columns. Pure. */
import type { Health, QuorumView, ReplicaStatus, ReplicaView } from '../../contract/quorumView.ts'

/** How two values of one point become one. `most` and `least` of what is known; `last` the newest, be it unknown. */
export type Fold = 'last' | 'most' | 'least'

/** By their place in these lists: the worse the higher. */
export const HEALTHS: readonly Health[] = ['ok', 'unknown', 'lagging', 'silent']
export const STATUSES: readonly ReplicaStatus[] = ['leader', 'follower', 'observer']

/** Their order is that of the columns in a block; a new one is appended. */
export const QUORUM_COLUMNS = [
  { name: 'leaderId', fold: 'last' },
  { name: 'leaderEpoch', fold: 'last' },
  { name: 'highWatermark', fold: 'last' },
  { name: 'margin', fold: 'least' },
  { name: 'healthyVoters', fold: 'least' },
  { name: 'leaderEndOffset', fold: 'last' },
] as const satisfies readonly { name: string; fold: Fold }[]
export type QuorumColumn = (typeof QUORUM_COLUMNS)[number]['name']

export const REPLICA_COLUMNS = [
  { name: 'status', fold: 'last' },
  { name: 'health', fold: 'most' },
  { name: 'logEndOffset', fold: 'last' },
  { name: 'lag', fold: 'most' },
  { name: 'timeLagMs', fold: 'most' },
  { name: 'lastFetchAgeMs', fold: 'most' },
  { name: 'lastCaughtUpAgeMs', fold: 'most' },
] as const satisfies readonly { name: string; fold: Fold }[]
export type ReplicaColumn = (typeof REPLICA_COLUMNS)[number]['name']

export const QUORUM_AT = places(QUORUM_COLUMNS)
export const REPLICA_AT = places(REPLICA_COLUMNS)

function places<N extends string>(columns: readonly { name: N }[]): Record<N, number> {
  return Object.fromEntries(columns.map(({ name }, at) => [name, at])) as Record<N, number>
}

/** In the order of {@link QUORUM_COLUMNS}; `null` where unknown. "Nobody leads" is unknown, too. */
export function quorumValues({ quorum, replicas }: QuorumView): (number | null)[] {
  const leader = quorum.leaderId === null ? undefined : replicas.find((one) => one.status === 'leader')
  return [
    quorum.leaderId,
    quorum.leaderEpoch,
    quorum.highWatermark,
    quorum.margin,
    quorum.settling || quorum.leaderId === null ? null : quorum.healthyVoters,
    leader?.logEndOffset ?? null,
  ]
}

/** In the order of {@link REPLICA_COLUMNS}. */
export function replicaValues(replica: ReplicaView): (number | null)[] {
  return [
    STATUSES.indexOf(replica.status),
    HEALTHS.indexOf(replica.health),
    replica.logEndOffset,
    replica.lag,
    replica.timeLagMs,
    replica.lastFetchAgeMs,
    replica.lastCaughtUpAgeMs,
  ]
}

/** A value of a column; `null` where it is unknown, or there is none. */
export function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}

/** @returns the value that a point holds after this one; `NaN` is unknown */
export function folded(fold: Fold, held: number, value: number): number {
  if (Number.isNaN(value)) return fold === 'last' ? value : held
  if (Number.isNaN(held)) return value
  switch (fold) {
    case 'last':
      return value
    case 'most':
      return Math.max(held, value)
    case 'least':
      return Math.min(held, value)
    default:
      return fold satisfies never
  }
}
