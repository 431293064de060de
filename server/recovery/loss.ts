/**
 * What may be lost with the disks that are gone, and what comes alive with the copy that is chosen. Pure.
 *
 * A record is committed once a majority of the voters holds it, and who held it holds it still if its disk is left. So what no copy
 * holds was committed by missing voters alone. While these are fewer than half there can be no such record: half of an even number
 * would do, since a change of the voter set that no copy has seen can make it a majority.
 *
 * Otherwise a figure needs a condition: a voter that was silent when a leader was seen last added nothing, unless it ran again. If
 * those that may have run are fewer than half, everything that was committed without the copies was committed before that moment.
 */

import type { Loss } from '../contract/disk/recovery.ts'
import type { DiskReport } from '../contract/diskReport.ts'
import type { LastLed, ReplicaKey } from '../contract/quorumView.ts'
import { sameKey } from '../contract/replicaKey.ts'
import { fewerThanHalf, majorityOf } from '../contract/voters.ts'
import { listed } from '../contract/words/lists.ts'
import { endOf, type LogEnd } from './ranking.ts'

export interface LossInput {
  /** Every voter set that may hold: the committed one, and one that is appended. */
  voterSets: readonly (readonly ReplicaKey[])[]
  seed: DiskReport
  /** Every copy that is left, the seed's too. */
  reports: readonly DiskReport[]
  /** `null`: the quorum was never watched while it lived. */
  lastLed: LastLed | null
}

/** A damaged copy may have held more than what can be read of it. */
function isLeft({ nodeId, directoryId }: ReplicaKey, reports: readonly DiskReport[]): boolean {
  return reports.some(
    (report) =>
      report.meta?.nodeId === nodeId &&
      (directoryId === null || report.meta.directoryId === directoryId) &&
      report.log?.damage?.kind !== 'damaged' &&
      endOf(report) !== null,
  )
}

/** Voters that a leader with a living majority did not see any more: a leader without one may be the one that is cut off. */
function silentOf(lastLed: LastLed | null): ReplicaKey[] {
  if (lastLed === null) return []
  const silent = lastLed.replicas.filter((replica) => replica.silent)
  return lastLed.replicas.length - silent.length >= majorityOf(lastLed.replicas.length) ? silent : []
}

interface KnownCommits {
  /** Everything that the seed holds below this offset was committed. */
  inSeed: number
  /** Committed for certain, and not in the seed. */
  missing: number
  /** The most that can have been committed when a leader was seen last, and is not in the seed. */
  missingThen: number
}

/** What snapshots and the last leader prove. A snapshot is of committed records alone, and the furthest copy holds them too. */
function knownCommits(seedEnd: LogEnd, reports: readonly DiskReport[], lastLed: LastLed | null): KnownCommits {
  const inSnapshots = Math.min(seedEnd.endOffset, Math.max(0, ...reports.map((one) => one.committedAtLeast)))
  if (lastLed === null) return { inSeed: inSnapshots, missing: 0, missingThen: 0 }
  const { leaderEpoch, leaderEndOffset, highWatermark } = lastLed
  const committed = highWatermark ?? 0
  // Without a high watermark: what leaders before had committed is in its log.
  const atMostThen = highWatermark ?? leaderEndOffset
  const inSeed = Math.max(inSnapshots, Math.min(committed, seedEnd.endOffset))
  // A later leader held everything that was committed before (leader completeness).
  if (seedEnd.epoch > leaderEpoch) return { inSeed, missing: 0, missingThen: 0 }
  const beyond = Math.max(0, committed - seedEnd.endOffset)
  if (seedEnd.epoch === leaderEpoch)
    return { inSeed, missing: beyond, missingThen: Math.max(0, atMostThen - seedEnd.endOffset) }
  // A high watermark is known once a record of the leader's own epoch is committed, and the seed has none of that epoch.
  const missing = highWatermark === null ? 0 : Math.max(1, beyond)
  // Where the two logs part is not known: records of the seed at the same offsets may be others.
  return { inSeed: inSnapshots, missing, missingThen: Math.max(missing, atMostThen - inSnapshots) }
}

/** Voters that are missing in this set. */
function missingIn(voters: readonly ReplicaKey[], reports: readonly DiskReport[]): ReplicaKey[] {
  return voters.filter((voter) => !isLeft(voter, reports))
}

export function lossOf({ voterSets, seed, reports, lastLed }: LossInput): Loss {
  const seedEnd = endOf(seed) ?? { epoch: 0, endOffset: 0 }
  const { inSeed, missing: atLeast, missingThen } = knownCommits(seedEnd, reports, lastLed)
  const comesAlive = { from: inSeed, to: seedEnd.endOffset }
  const sets = voterSets.map((voters) => ({ size: voters.length, missing: missingIn(voters, reports) }))
  if (sets.every(({ size, missing }) => fewerThanHalf(missing.length, size))) {
    const why = [
      'Fewer than half of the voters are lost: every committed record is on a copy that is left, and the furthest copy holds all of them.',
    ]
    return { atMost: atLeast, atLeast, ifDownSince: [], comesAlive, why }
  }
  const why = [
    `${sets.length > 1 ? 'Of a voter set that may hold, h' : 'H'}alf of the voters or more are lost: a record that was acknowledged by those alone is in no copy that is left.`,
  ]
  if (lastLed === null) {
    why.push('The quorum was not watched while it lived, so nobody knows how far the lost disks had come.')
    return { atMost: null, atLeast, ifDownSince: [], comesAlive, why }
  }
  why.push(lastLedText(lastLed, seedEnd, atLeast))
  const silent = silentOf(lastLed)
  const mayHaveRun = (missing: readonly ReplicaKey[]) =>
    missing.filter((voter) => !silent.some((one) => sameKey(one, voter)))
  if (!sets.every(({ size, missing }) => fewerThanHalf(mayHaveRun(missing).length, size))) {
    why.push('What the lost voters wrote after that was not seen: no figure bounds it.')
    return { atMost: null, atLeast, ifDownSince: [], comesAlive, why }
  }
  const lost = sets.flatMap(({ missing }) => missing)
  const ifDownSince = silent.filter((one) => lost.some((voter) => sameKey(one, voter))).map(({ nodeId }) => nodeId)
  why.push(
    `Controller ${listed(ifDownSince)} had stopped fetching then, while a majority still did. If it has not run since, the others were too few to commit anything without the copies that are left.`,
  )
  return { atMost: missingThen, atLeast, ifDownSince, comesAlive, why }
}

function lastLedText({ highWatermark, leaderEpoch }: LastLed, seedEnd: LogEnd, missing: number): string {
  if (highWatermark === null) return 'When the quorum was seen last, its leader had not committed anything yet.'
  const seen = `The high watermark was ${highWatermark} in epoch ${leaderEpoch} when the quorum was seen last`
  const copy = `this copy ends at ${seedEnd.endOffset} in epoch ${seedEnd.epoch}`
  return missing > 0
    ? `${seen}, and ${copy}: at least ${missing} committed records are not in it.`
    : `${seen}; ${copy}. Everything that was committed then is in it.`
}
