/** A broker's copy that becomes the log of a freshly formatted controller. Pure. */
import type { LoggedVoter } from '../contract/diskReport.ts'
import type { Endpoint, ReplicaKey } from '../contract/quorumView.ts'
import { endOf } from './ranking.ts'
import { type DiskRefusal, refusal } from './refusals.ts'
import { type DiskFacts, newestVoterSet } from './seedRules.ts'

/** The directory that takes it. */
export function freshRefusals({ report, segments }: DiskFacts): DiskRefusal[] {
  const end = endOf(report)
  if (
    (end === null || end.endOffset === 0) &&
    report.snapshots.length === 0 &&
    (segments.length === 0 || report.log?.batches === 0)
  )
    return []
  return [
    refusal(
      'not-freshly-formatted',
      report.snapshots.length > 0 && (end?.endOffset ?? 0) === 0
        ? `${report.path} was formatted as a voter of its own: ${report.snapshots[0]?.name} is in it.`
        : `${report.path} holds a metadata log that ends at offset ${end?.endOffset ?? 0}.`,
      'Keep that directory as it is. Format an empty one: kafka-storage format --no-initial-controllers with the same cluster id.',
    ),
  ]
}

/** The copy that is taken. */
export function sourceRefusals(source: DiskFacts, target: DiskFacts): DiskRefusal[] {
  const { report } = source
  const found: DiskRefusal[] = []
  const [theirs, ours] = [report.meta?.clusterId ?? null, target.report.meta?.clusterId ?? null]
  if (theirs !== ours)
    found.push(
      refusal(
        'other-cluster',
        `${report.path} is of cluster ${theirs ?? 'unknown'}; ${target.report.path} was formatted for ${ours ?? 'none'}.`,
        'Format the directory anew, with the cluster id of the copy.',
      ),
    )
  if (endOf(report) !== null && ((report.kraftVersion ?? 0) < 1 || newestVoterSet(report) === null))
    found.push(
      refusal(
        'static-quorum',
        `kraft.version is ${report.kraftVersion ?? 0} in the copy: the voters are those of controller.quorum.voters.`,
        'Nothing is to be grafted that way: copy the metadata log, and name the controllers in controller.quorum.voters.',
      ),
    )
  return found
}

/** Every voter must be declared lost: none of them votes any more, and whoever has a longer log would be cut off. */
export function graftLossRefusals(voters: readonly LoggedVoter[], lostIds: readonly number[]): DiskRefusal[] {
  // Of a copy without voters something else is refused.
  if (voters.length === 0) return []
  const kept = voters.filter(({ nodeId }) => !lostIds.includes(nodeId)).map(({ nodeId }) => nodeId)
  const unknown = lostIds.filter((id) => !voters.some(({ nodeId }) => nodeId === id))
  return [
    ...(unknown.length === 0
      ? []
      : [
          refusal(
            'lost-unknown',
            `Node ${unknown.join(', ')} is not in the newest voter set: ${voters.map(({ nodeId }) => nodeId).join(', ')}.`,
            'Name voters only.',
          ),
        ]),
    ...(kept.length === 0
      ? []
      : [
          refusal(
            'voter-without-report',
            `Voter ${kept.join(', ')} is not declared lost, and would vote no more.`,
            'Where its disk is left, recover on that one if disk rank puts it first. Else stop it for good and declare it lost.',
          ),
        ]),
  ]
}

/** The only voter from now on: a new one by its directory id. Range of kraft.version as the voter of that node id had it, else any. */
export function graftedVoter(voters: readonly LoggedVoter[], self: ReplicaKey, endpoints: Endpoint[]): LoggedVoter {
  const like = voters.find(({ nodeId }) => nodeId === self.nodeId) ?? voters[0]
  return { ...self, endpoints, kraftVersions: like?.kraftVersions ?? { min: 0, max: 1 } }
}
