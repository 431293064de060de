/**
 * What may be lost with the disks that are gone, and what comes alive with the copy that is chosen. An upper bound where one can
 * be proven, and the statement that there is none where not. Pure.
 *
 * A committed record is on a majority of the voters. So while fewer than a majority are lost, some copy that is left has it, and the
 * furthest of all has everything (Raft, leader completeness). With a majority lost a record may have been committed by those alone.
 * How far they can have come is known only of a voter that had stopped fetching while another still led: its log cannot grow then.
 */
import type { DiskReport } from '../contract/diskReport.ts'
import type { ReplicaKey } from '../contract/quorumView.ts'
import { sameKey } from '../contract/replicaKey.ts'
import { majorityOf } from '../contract/voters.ts'
import { commonEnd, endOf } from './ranking.ts'

/** The quorum when it was seen last. Offsets are of the metadata log. */
export interface LastSeen {
  /** Dashboard's wall clock. */
  atMs: number
  leaderId: number
  leaderEpoch: number
  /** Log end offset of the leader. */
  leaderEndOffset: number
  highWatermark: number | null
  replicas: {
    nodeId: number
    directoryId: string | null
    /** By the leader's bookkeeping. */
    logEndOffset: number | null
    /** It had stopped fetching: silent by the rules of health. */
    silent: boolean
  }[]
}

export interface Loss {
  /**
   * Committed records that no copy that is left may hold, at most. 0: proven that there is none. `null`: nobody can know, `atLeast`
   * are known.
   */
  atMost: number | null
  /** Committed for certain, and not in the seed: by the newest high watermark that was seen, and by the other copies' snapshots. */
  atLeast: number
  /** Offsets that the seed holds beyond what is known to be committed: they become committed with it. */
  comesAlive: { from: number; to: number }
  /** Each statement with its ground, in words. */
  why: string[]
}

export interface LossInput {
  /** Every voter set that may hold: the committed one, and one that is appended. */
  voterSets: readonly (readonly ReplicaKey[])[]
  /** Voters whose disks are gone. */
  lost: readonly ReplicaKey[]
  seed: DiskReport
  /** Every copy that is left, the seed's too. */
  reports: readonly DiskReport[]
  /** `null`: the quorum was never watched while it lived. */
  lastSeen: LastSeen | null
}

function includes(keys: readonly ReplicaKey[], key: ReplicaKey): boolean {
  return keys.some((one) => sameKey(one, key))
}

/** Copies of this voter set that can have committed something without any copy that is left. */
function canCommitAlone(voters: readonly ReplicaKey[], lost: readonly ReplicaKey[]): boolean {
  return voters.filter((voter) => includes(lost, voter)).length >= majorityOf(voters.length)
}

/** How far a lost voter can have come, where that is proven; `null` where its log may have grown unseen. */
function finalEndOf(key: ReplicaKey, { seed, lastSeen }: LossInput): number | null {
  const seedEnd = endOf(seed)
  if (lastSeen === null || seedEnd === null) return null
  // What an older leader saw of it says nothing about what a newer one sent it.
  if (lastSeen.leaderEpoch < seedEnd.epoch) return null
  const row = lastSeen.replicas.find((one) => sameKey(one, key))
  return row?.silent === true ? row.logEndOffset : null
}

/**
 * The most that a set can have committed by its lost voters: its majority-th furthest log, survivors counted as far as their own
 * copies reach. `null` where one of those that are needed is not known.
 */
function committedAtMost(voters: readonly ReplicaKey[], input: LossInput): number | null {
  const ends: (number | null)[] = voters.map((voter) => {
    if (includes(input.lost, voter)) return finalEndOf(voter, input)
    const copy = input.reports.find(
      ({ meta }) => meta !== null && meta.nodeId === voter.nodeId && meta.directoryId === voter.directoryId,
    )
    return copy === undefined ? null : (endOf(copy)?.endOffset ?? null)
  })
  const majority = majorityOf(voters.length)
  // An unknown one may have come further than all others.
  const byReach = ends.toSorted((a, b) => (b ?? Number.POSITIVE_INFINITY) - (a ?? Number.POSITIVE_INFINITY))
  return byReach[majority - 1] ?? null
}

export function lossOf(input: LossInput): Loss {
  const { voterSets, lost, seed, reports, lastSeen } = input
  const why: string[] = []
  const seedEnd = endOf(seed)?.endOffset ?? 0
  const known = committedElsewhere(seed, reports, lastSeen)
  const committed = Math.min(seedEnd, Math.max(seed.committedAtLeast, known))
  const comesAlive = { from: committed, to: seedEnd }
  let atLeast = Math.max(0, known - seedEnd)
  const alone = voterSets.filter((voters) => canCommitAlone(voters, lost))
  if (alone.length === 0) {
    why.push(
      'Fewer voters are lost than a majority: every committed record is on a copy that is left, and the furthest copy holds all of them.',
    )
    return { atMost: atLeast, atLeast, comesAlive, why }
  }
  why.push(
    `${alone.length === 1 ? 'A majority of the voters is' : 'Majorities of two voter sets are'} lost: a record that was acknowledged by those alone is in no copy that is left.`,
  )
  if (lastSeen !== null && lastSeen.highWatermark !== null)
    why.push(
      lastSeen.highWatermark > seedEnd
        ? `The high watermark was ${lastSeen.highWatermark} when the quorum was seen last, and this copy ends at ${seedEnd}: ${lastSeen.highWatermark - seedEnd} committed records are not in it.`
        : `This copy ends at ${seedEnd}; the high watermark was ${lastSeen.highWatermark} when the quorum was seen last. Everything that was committed then is in it, unless its records are of another epoch.`,
    )
  let atMost: number | null = 0
  for (const voters of alone) {
    const bound = committedAtMost(voters, input)
    if (bound === null) atMost = null
    else if (atMost !== null) atMost = Math.max(atMost, bound - seedEnd)
  }
  if (atMost === null) {
    why.push(
      lastSeen === null
        ? 'The quorum was not watched while it lived, so nobody knows how far the lost disks had come.'
        : 'What the lost voters wrote after that was not seen: no figure bounds it.',
    )
    return { atMost, atLeast, comesAlive, why }
  }
  atLeast = Math.min(atLeast, Math.max(atMost, atLeast))
  why.push('The lost voters had stopped fetching while another still led: their logs did not grow after that.')
  return { atMost: Math.max(atMost, atLeast), atLeast, comesAlive, why }
}

/** The furthest that is known to be committed, by anybody. */
function committedElsewhere(seed: DiskReport, reports: readonly DiskReport[], lastSeen: LastSeen | null): number {
  let known = lastSeen?.highWatermark ?? 0
  for (const report of reports) known = Math.max(known, report.committedAtLeast)
  // Records of the seed that another copy holds only in another epoch are not those that were committed.
  const diverging = reports.filter((report) => report !== seed && (commonEnd(report, seed) ?? 0) < known)
  return diverging.length === 0 ? known : Math.max(known, 0)
}
