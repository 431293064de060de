/** What Kafka itself would do with a change now, and what would come of it. Pure. Source: docs/kafka.md. */

import { majorityOf, votersOf } from '../../../contract/voters.ts'
import type { Workflow } from '../../../contract/workflows.ts'
import type { Facts } from '../../run/facts.ts'
import type { VoterChange } from '../../run/ports.ts'
import { idsText, rowOf } from '../../run/voterSet.ts'
import { marginOfVoters, plannedVotersOf, votersAfter } from '../../run/votersAfter.ts'

/** Kafka lets a candidate in that fetched within this time, in ms (LeaderState#isReplicaCaughtUp). */
const KAFKA_CAUGHT_UP_MS = 3_600_000

export function counterfactual({ view }: Facts, change: VoterChange | null): Workflow['counterfactual'] {
  if (view === null || change === null || view.quorum.leaderId === null) return null
  const plannedVoters = plannedVotersOf(view)
  const after = votersAfter(plannedVoters, change, change.kind === 'add' ? healthOf(view, change) : 'ok')
  const dead = after.filter((s) => s.health !== 'ok')
  const majority = majorityOf(after.length)
  const margin = marginOfVoters(after)
  const left = `${after.length} voters ${change.kind === 'add' ? 'would exist' : 'remain'}, ${dead.length === 0 ? 'all healthy' : `${dead.length} of them not healthy (${idsText(dead)})`}, and the majority is ${majority}`
  const outcome =
    margin === null
      ? 'whether the quorum survives is not known'
      : margin < 0
        ? 'the quorum would be lost'
        : margin === 0
          ? 'no further controller could fail'
          : `${margin} more could fail`
  if (change.kind === 'remove') {
    if (plannedVoters.length === 1)
      return { title: 'Kafka would refuse', text: 'VOTER_NOT_FOUND: it is the last voter.', harmful: false }
    const accepts = rowOf(view, change) !== null
    return {
      title: accepts ? 'Without Quorumdeck' : 'Kafka would refuse',
      text: accepts
        ? `kafka-metadata-quorum would accept this; then ${left}: ${outcome}.`
        : 'VOTER_NOT_FOUND: no voter has this id and directory.',
      harmful: accepts && margin !== null && margin < 0,
    }
  }
  const holder = votersOf(view).find((v) => v.nodeId === change.nodeId)
  if (holder !== undefined) {
    return {
      title: 'Kafka would refuse',
      text: `DUPLICATE_VOTER: ${change.nodeId} is a voter with another directory. It does not say that the old one must be removed first.`,
      harmful: false,
    }
  }
  const row = rowOf(view, change)
  const accepts = row?.lastFetchAgeMs != null && row.lastFetchAgeMs < KAFKA_CAUGHT_UP_MS
  return {
    title: accepts ? 'Without Quorumdeck' : 'Kafka would refuse',
    text: accepts
      ? `kafka-metadata-quorum would accept any node that caught up once and fetched within the last hour; then ${left}: ${outcome}.`
      : 'It has not caught up under this leader within the last hour.',
    harmful: accepts && margin !== null && margin < 0,
  }
}

function healthOf(view: Parameters<typeof rowOf>[0], change: VoterChange) {
  return rowOf(view, change)?.health ?? 'silent'
}
