/** Racks whose loss alone loses the quorum. Informs and warns; nothing is refused for it. Pure. */

import type { Finding, QuorumFacts, RackLoss, ReplicaView } from '../../../contract/quorumView.ts'
import { votersOf } from '../../../contract/voters.ts'
import { listed } from '../../../contract/words/lists.ts'

function placesText(loss: RackLoss, voters: number): string {
  const unplaced =
    loss.unplaced.length === 0 ? '' : ` The rack of ${listed(loss.unplaced)} is not known: name it with --rack.`
  return `${loss.voters.length} of ${voters} voters are in rack ${loss.rack} (${listed(loss.voters)}).${unplaced}`
}

/** @param replicas of the view, with their racks */
export function rackFindings(quorum: QuorumFacts, replicas: readonly ReplicaView[]): Finding[] {
  const { voters, majority, margin, worstRack: worst } = quorum
  // With one voter, or with none to spare, every failure is one too many, and other findings say so.
  if (voters < 2 || worst === null) return []
  const isBuilt = worst.marginAtBest < 0
  if (!isBuilt && (margin === null || margin <= 0 || worst.margin === null || worst.margin >= 0)) return []
  const named = votersOf({ quorum, replicas }).filter((r) => worst.voters.includes(r.nodeId))
  const onlyOne = new Set(replicas.flatMap((r) => r.rack ?? [])).size === 1
  return [
    {
      code: 'rack-loses-quorum',
      // Where the whole cluster has one rack, there is nowhere to go.
      severity: isBuilt && onlyOne ? 'info' : 'warning',
      title: isBuilt
        ? `The loss of rack ${worst.rack} alone loses the quorum`
        : `As the voters are now, the loss of rack ${worst.rack} loses the quorum`,
      detail: `${placesText(worst, voters)} ${majority} healthy voters are needed. ${
        isBuilt
          ? 'Spread the voters over at least three racks, each with fewer than half of them: replace one by a node in another rack.'
          : 'Bring back the voters that do not keep up; until then that rack must not fail.'
      }`,
      replicas: named.map(({ nodeId, directoryId }) => ({ nodeId, directoryId })),
    },
  ]
}

/**
 * A rack whose voters can commit alone, while no replica elsewhere keeps up: what they commit is on no disk outside it. The
 * end of what is outside does not move, so it may be named.
 */
export function racksThatHoldCommits(quorum: QuorumFacts, replicas: readonly ReplicaView[]): Finding[] {
  const { majority, highWatermark, leaderId } = quorum
  if (leaderId === null || highWatermark === null) return []
  const voters = votersOf({ quorum, replicas })
  const racks = [...new Set(voters.flatMap((v) => v.rack ?? []))].toSorted()
  return racks.flatMap((rack): Finding[] => {
    const inside = voters.filter((v) => v.rack === rack && v.health === 'ok')
    const outside = replicas.filter((r) => r.rack !== rack)
    const ends = outside.flatMap((r) => r.logEndOffset ?? [])
    if (
      inside.length < majority ||
      outside.length === 0 ||
      outside.some((r) => r.health === 'ok' || r.health === 'unknown')
    )
      return []
    const end = ends.length === outside.length ? ends.reduce((a, b) => Math.max(a, b), 0) : null
    if (end === null || end >= highWatermark) return []
    return [
      {
        code: 'rack-holds-commits',
        severity: 'warning',
        title: `Records after ${end.toLocaleString('en-US')} are on no disk outside rack ${rack}`,
        detail:
          `The voters in rack ${rack} (${listed(inside.map((v) => v.nodeId))}) commit alone, and no replica elsewhere keeps up. If that rack is lost, so is ` +
          'everything committed since. Bring a replica in another rack back before you touch anything in this one.',
        replicas: voters.filter((r) => r.rack !== rack).map(({ nodeId, directoryId }) => ({ nodeId, directoryId })),
      },
    ]
  })
}
