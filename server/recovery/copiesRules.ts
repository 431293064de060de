/** Whether the disk at hand is the copy to go on with: it is held against the reports of all others. Pure. */
import type { DiskReport, LoggedVoterSet } from '../contract/diskReport.ts'
import { sameKey } from '../contract/replicaKey.ts'
import { majorityOf } from '../contract/voters.ts'
import { endOf, furtherFirst } from './ranking.ts'
import { type DiskRefusal, refusal } from './refusals.ts'
import { newestVoterSet } from './seedRules.ts'

export function nameOf({ meta, path, host }: DiskReport): string {
  return meta?.nodeId == null ? `${path} on ${host}` : `node ${meta.nodeId} (${meta.directoryId ?? 'no directory id'})`
}

function sameDisk(a: DiskReport, b: DiskReport): boolean {
  const [one, other] = [a.meta, b.meta]
  if (one?.nodeId == null || other?.nodeId == null) return false
  return one.nodeId === other.nodeId && one.directoryId === other.directoryId
}

/** Reports of other disks: the own one, if it is among them, left out. */
export function othersOf(own: DiskReport, reports: readonly DiskReport[]): DiskReport[] {
  return reports.filter((report) => !sameDisk(report, own))
}

function endText(report: DiskReport): string {
  const end = endOf(report)
  return end === null ? 'without records' : `epoch ${end.epoch}, offset ${end.endOffset}`
}

/** Logs that end alike hold the same records (log matching); quorum-state moves on by itself while a node runs without a leader. */
function reachAlike(a: DiskReport, b: DiskReport): boolean {
  const [one, other] = [endOf(a), endOf(b)]
  return one?.epoch === other?.epoch && one?.endOffset === other?.endOffset && a.meta?.clusterId === b.meta?.clusterId
}

/** @param own the copy that is to be gone on with, read just now */
export function copiesRefusals(own: DiskReport, reports: readonly DiskReport[]): DiskRefusal[] {
  const found: DiskRefusal[] = []
  const clusterId = own.meta?.clusterId ?? null
  // Of an own cluster that is not known, identityRefusals has the reason.
  const foreign = clusterId === null ? [] : reports.filter(({ meta }) => meta?.clusterId !== clusterId)
  for (const report of foreign)
    found.push(
      refusal(
        'other-cluster',
        `${nameOf(report)} is of cluster ${report.meta?.clusterId ?? 'unknown'}; this disk is of ${clusterId}.`,
        'Leave that report out, or give the directory of the cluster that is meant.',
      ),
    )
  reports.forEach((report, at) => {
    if (reports.slice(at + 1).some((later) => sameDisk(report, later)))
      found.push(
        refusal(
          'report-twice',
          `Two reports are of ${nameOf(report)}.`,
          'Give the newest one of each disk, and no other.',
        ),
      )
    if (sameDisk(report, own) && !reachAlike(report, own))
      found.push(
        refusal(
          'report-stale',
          `The report of ${nameOf(report)} ends at ${endText(report)}; the disk ends at ${endText(own)}.`,
          'The node has run since, or it is a report of a copy. Inspect the disk again, rank again, and start over with the new reports.',
        ),
      )
  })
  const ownEnd = endOf(own)
  for (const report of othersOf(own, reports)) {
    if (foreign.includes(report)) continue
    if (report.log?.damage?.kind === 'damaged')
      found.push(
        refusal(
          'copy-damaged',
          `${nameOf(report)}: ${report.log.damage.file}, byte ${report.log.damage.byte}: ${report.log.damage.problem}. How far it reached is not known.`,
          'Where nothing better can be had of that disk, declare the voter lost and leave its report out.',
        ),
      )
    const end = endOf(report)
    if (end !== null && (ownEnd === null || furtherFirst(end, ownEnd) < 0))
      found.push(
        refusal(
          'copy-ahead',
          `${nameOf(report)} reaches further: ${endText(report)}; this copy: ${endText(own)}.`,
          `Go on with the copy that disk rank puts first. Committed records may be in it that are not in this one.`,
        ),
      )
  }
  return found
}

/** The newest voter set of this copy, and newer ones that another copy holds. */
function setsInForce(own: DiskReport, reports: readonly DiskReport[]): LoggedVoterSet[] {
  const set = newestVoterSet(own)
  if (set === null) return []
  const newer = othersOf(own, reports).flatMap((report) => {
    const other = newestVoterSet(report)
    return other !== null && (other.epoch - set.epoch || other.offset - set.offset) > 0 ? [other] : []
  })
  return [set, ...newer]
}

function idsText(voters: readonly { nodeId: number }[]): string {
  return voters.map(({ nodeId }) => nodeId).join(', ') || 'none'
}

/** Declared losses: named in the newest voter set, a majority of it, and everybody else accounted for. */
export function lossRefusals(
  own: DiskReport,
  reports: readonly DiskReport[],
  lostIds: readonly number[],
): DiskRefusal[] {
  const found: DiskRefusal[] = []
  const sets = setsInForce(own, reports)
  const [set] = sets
  const { meta } = own
  if (set === undefined || meta?.nodeId == null || meta.directoryId === null) return []
  const self = { nodeId: meta.nodeId, directoryId: meta.directoryId }
  if (lostIds.includes(self.nodeId))
    found.push(
      refusal(
        'lost-is-seed',
        `Node ${self.nodeId} is declared lost, and this is its disk.`,
        'Leave it out of --lost, or choose another disk to go on with.',
      ),
    )
  for (const id of lostIds)
    if (!sets.some(({ voters }) => voters.some(({ nodeId }) => nodeId === id)))
      found.push(
        refusal(
          'lost-unknown',
          `Node ${id} is not in the newest voter set (offset ${set.offset}): ${idsText(set.voters)}.`,
          'Name voters only. Brokers and controllers that do not vote need not be declared lost.',
        ),
      )
  for (const { voters, offset } of sets) {
    const lost = voters.filter(({ nodeId }) => lostIds.includes(nodeId))
    if (lost.length < majorityOf(voters.length))
      found.push(
        refusal(
          'lost-not-a-majority',
          `Of ${voters.length} voters (${idsText(voters)}, offset ${offset}) ${lost.length} are declared lost: ${voters.length - lost.length} are left, and ${majorityOf(voters.length)} can elect.`,
          'Start the voters that are left: they elect by themselves, and the lost ones are removed as usual. Only where their disks are gone too, declare them lost.',
        ),
      )
  }
  for (const voter of set.voters) {
    if (lostIds.includes(voter.nodeId) || sameKey(voter, self)) continue
    if (!reports.some(({ meta: other }) => other?.nodeId === voter.nodeId && other.directoryId === voter.directoryId))
      found.push(
        refusal(
          'voter-without-report',
          `Voter ${voter.nodeId} (${voter.directoryId ?? 'no directory id'}) is neither declared lost nor reported: its copy may reach further.`,
          `Run disk inspect --json on its host and give the report, or name ${voter.nodeId} in --lost where its disk is gone.`,
        ),
      )
  }
  return found
}
