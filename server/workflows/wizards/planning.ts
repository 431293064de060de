/** What every plan needs to know before it can be made. Pure. */
import type { QuorumView, ReplicaView } from '../../contract/quorumView.ts'
import { votersOf } from '../../contract/voters.ts'
import type { Facts } from '../run/facts.ts'
import { WorkflowRefusal } from '../run/refusal.ts'
import type { Plan } from '../run/run.ts'
import { MAX_OBSERVATION_AGE_MS } from '../run/thresholds.ts'
import { shortId, voterKeys } from '../run/voterSet.ts'

/** The view to plan a change of the voters on. @throws WorkflowRefusal where there is none, or Kafka could not change them */
export function viewToPlanOn(facts: Facts): QuorumView {
  const view = anyViewToPlanOn(facts)
  const { kraftVersion } = view.quorum
  if (kraftVersion === null) {
    throw new WorkflowRefusal(
      422,
      'kraft-version-unknown',
      'It is not known whether Kafka can change the voters of this quorum: its kraft.version was not read.',
      'Right after a start of Quorumdeck wait some seconds. Else let it reach the controllers: the page of the cluster names what is in the way.',
    )
  }
  if (kraftVersion < 1) {
    throw new WorkflowRefusal(
      422,
      'static-quorum',
      `The quorum is static (kraft.version ${kraftVersion}): Kafka cannot change its voters while it runs.`,
      'With Apache Kafka 4.1 or later, make it dynamic first: the wizard “Make a static quorum dynamic” does it.',
    )
  }
  return view
}

/** The view to plan on, of static quorums too. @throws WorkflowRefusal where there is none, or it is old */
export function anyViewToPlanOn({ view, ageMs, link }: Facts): QuorumView {
  if (
    view === null ||
    view.quorum.leaderId === null ||
    link !== 'live' ||
    ageMs === null ||
    ageMs > MAX_OBSERVATION_AGE_MS
  ) {
    throw new WorkflowRefusal(
      422,
      'observation-stale',
      'No leader of this quorum answers now, so nothing can be planned.',
      'Wait for the leader. With the majority lost, start the controllers that are down: no change sent to Kafka can help.',
    )
  }
  if (view.clusterId === null) {
    throw new WorkflowRefusal(
      422,
      'cluster-id-unknown',
      'The cluster id is not known, and no write is sent without it.',
      'Grant ALTER on the cluster, or name the id with --cluster-id.',
    )
  }
  return view
}

/** The voter with this id. @throws WorkflowRefusal where the id is none */
export function voterToChange(view: QuorumView, nodeId: number | undefined): ReplicaView & { directoryId: string } {
  if (nodeId === undefined)
    throw new WorkflowRefusal(
      422,
      'unknown-node',
      'No controller was named.',
      'Choose one of the voters that the cluster page shows.',
    )
  const voter = votersOf(view).find((v) => v.nodeId === nodeId)
  if (voter?.directoryId != null) return { ...voter, directoryId: voter.directoryId }
  const listed = view.replicas.some((r) => r.nodeId === nodeId)
  throw new WorkflowRefusal(
    422,
    listed ? 'not-a-voter' : 'unknown-node',
    listed
      ? `Node ${nodeId} is an observer, not a voter: there is nothing to take from the quorum.`
      : `The quorum lists no node ${nodeId}.`,
    listed ? 'To make it a voter, add it as a controller.' : 'Choose one of the voters that the cluster page shows.',
  )
}

/** @throws WorkflowRefusal where the directory id is not the voter's */
export function sameDirectory(voter: ReplicaView, directoryId: string): void {
  if (voter.directoryId === directoryId) return
  throw new WorkflowRefusal(
    422,
    'unknown-directory',
    `Controller ${voter.nodeId} votes with directory ${shortId(voter.directoryId)}, not with ${shortId(directoryId)}.`,
    'Take the directory id from the quorum as it is now: its disk may have been replaced since.',
  )
}

/** A plan that names no voter to add or remove: the voters as they are, and the margin that they have. */
export function planOn(view: QuorumView): Plan {
  return {
    initial: voterKeys(view),
    target: null,
    candidate: null,
    autoJoin: false,
    stop: null,
    orderWhy: '',
    goalMargin: view.quorum.margin ?? 0,
  }
}
