/**
 * How far a planned quorum has come: what the plan says, beside what each controller reports of itself and what the leader
 * shows. Unknown never passes. Pure.
 */

import type { BootstrapPlan, PlannedController } from '../contract/bootstrap.ts'
import type { QuorumView, ReplicaView } from '../contract/quorumView.ts'
import { isObserver, votersOf } from '../contract/voters.ts'
import type { Gate } from '../contract/workflows.ts'
import type { ControllerLook } from '../quorum/reading/controllers/controllerLook.ts'
import { gate, type Rule, UNKNOWN } from '../workflows/gates/gate.ts'
import { fileName } from './nodeFile.ts'

export interface Formed {
  looks: readonly ControllerLook[]
  /** `null` before the first observation. */
  view: QuorumView | null
}

const SOURCE = 'the plan'
const config = (nodeId: number) => `config/${fileName(nodeId)}`
const FORMAT_AGAIN =
  'stop it, empty its data directory once you are sure that nobody needs what is in it, format it with the command of the plan, start it'

const votersIn = (view: QuorumView | null): ReplicaView[] =>
  view === null || view.quorum.leaderId === null ? [] : votersOf(view)

/** The leader that most controllers name; a lone one that names itself is not the quorum. */
function commonLeader(looks: readonly ControllerLook[]): number | null {
  const votes = new Map<number, number>()
  for (const { leaderId, isNode } of looks)
    if (leaderId !== null && isNode !== false) votes.set(leaderId, (votes.get(leaderId) ?? 0) + 1)
  const [first, second] = [...votes].sort((a, b) => b[1] - a[1])
  if (first === undefined || (second !== undefined && second[1] === first[1])) return null
  return first[0]
}

function controllerGate(plan: BootstrapPlan, planned: PlannedController, { looks, view }: Formed): Gate {
  const { nodeId } = planned
  const look = looks.find((one) => one.nodeId === nodeId)
  const common = commonLeader(looks)
  const rule: Rule = {
    code: `controller-${nodeId}`,
    title: `Controller ${nodeId} is part of it`,
    required: `answers at ${look?.address ?? `${planned.host}:${planned.port}`} and follows the one leader`,
    why: 'Each controller is asked alone: one that carries another cluster id, or leads a quorum of its own, would not be seen through the leader.',
    source: SOURCE,
  }
  const say = (observed: string, remedy: string, waiting = false) =>
    gate(rule, { ok: false, observed, remedy, waiting })
  if (look === undefined) return say(UNKNOWN, 'Wait until it has been asked.', true)
  if (!look.answers)
    return say(
      `no answer: ${look.problem}`,
      `Start it: bin/kafka-server-start.sh -daemon ${config(nodeId)}. If it runs, check its log, and whether this address can be reached from here.`,
      true,
    )
  if (look.isNode === false)
    return say(
      `another node answers at ${look.address}`,
      `See which process listens there; node ${nodeId} takes its file ${config(nodeId)}.`,
    )
  if (look.clusterId !== null && look.clusterId !== plan.clusterId)
    return say(
      `it is of cluster ${look.clusterId}`,
      `It was formatted with another cluster id, or belongs to another cluster. If it is meant to be here: ${FORMAT_AGAIN}.`,
    )
  const [only, ...others] = look.leads?.voters ?? []
  const alone = only?.nodeId === nodeId && others.length === 0
  if (alone && plan.controllers.length > 1)
    return say(
      'it leads a quorum of its own, with itself as the only voter',
      `It was formatted with --standalone, or with a line that names it alone. It never joins the others like this: ${FORMAT_AGAIN}.`,
    )
  if (look.leaderId === null)
    return say(
      `answers, knows no leader${look.problem === '' ? '' : `; ${look.problem}`}`,
      `A majority must run to elect one. If the others have one already, its cluster id or its --initial-controllers line is another: compare meta.properties in its data directory, which must say cluster.id=${plan.clusterId}.`,
      common === null,
    )
  if (common === null || look.leaderId !== common)
    return say(
      `names ${look.leaderId} as leader`,
      common === null
        ? 'The controllers do not agree yet. If this persists, some were formatted with another line.'
        : `The others name ${common}. It was formatted with another --initial-controllers line: ${FORMAT_AGAIN}.`,
      true,
    )
  if (look.isNode === null || look.clusterId === null)
    return say(
      look.isNode === null ? 'answers, but not which node it is' : 'follows, but does not report its cluster id',
      'Wait some seconds. If it stays: the rights ALTER and DESCRIBE_CONFIGS on the cluster are needed to see it.',
      true,
    )
  const voting = votersIn(view).some((r) => r.nodeId === nodeId && r.health === 'ok')
  const directory = view?.replicas.find((r) => r.nodeId === nodeId && isObserver(r))?.directoryId ?? null
  if (!voting)
    return say(
      directory === null
        ? 'follows the leader, not seen as a voter that keeps up'
        : `follows as an observer, with directory id ${directory}`,
      directory === null
        ? 'Wait until it has fetched from the leader.'
        : `It was formatted with a directory id of its own, not with the line of the plan: ${FORMAT_AGAIN}.`,
      directory === null,
    )
  return gate(rule, {
    ok: true,
    observed: look.leaderId === nodeId ? 'leads' : `follows ${look.leaderId}`,
    remedy: '',
  })
}

function clusterIdGate({ clusterId }: BootstrapPlan, { looks, view }: Formed): Gate {
  const told = new Set([
    ...looks.flatMap((l) => l.clusterId ?? []),
    ...(view?.clusterId == null ? [] : [view.clusterId]),
  ])
  const foreign = [...told].filter((id) => id !== clusterId)
  return gate(
    {
      code: 'cluster-id',
      title: 'The cluster id is the planned one',
      required: clusterId,
      why: 'A node with another cluster id is refused by all others (INCONSISTENT_CLUSTER_ID).',
      source: SOURCE,
    },
    {
      ok: told.has(clusterId) && foreign.length === 0,
      observed: told.size === 0 ? UNKNOWN : [...told].join(', '),
      remedy:
        foreign.length > 0
          ? 'Another cluster answers at an address of the plan. See above which controller it is.'
          : 'It is known as soon as a leader is elected.',
      waiting: foreign.length === 0,
    },
  )
}

function votersGate(plan: BootstrapPlan, { view }: Formed): Gate {
  const wanted = plan.controllers.map((c) => c.nodeId).sort((a, b) => a - b)
  const voters = votersIn(view)
    .map((v) => v.nodeId)
    .sort((a, b) => a - b)
  const missing = wanted.filter((id) => !voters.includes(id))
  const foreign = voters.filter((id) => !wanted.includes(id))
  return gate(
    {
      code: 'voters',
      title: 'The voters are the planned controllers',
      required: wanted.join(', '),
      why: 'The voters are in the log from its first record on; --initial-controllers put them there.',
      source: 'KIP-853; the plan',
    },
    {
      ok: voters.length > 0 && missing.length === 0 && foreign.length === 0 && view?.quorum.pendingVoterChange === null,
      observed: voters.length === 0 ? UNKNOWN : voters.join(', '),
      remedy:
        voters.length === 0
          ? 'They are known as soon as a leader is elected.'
          : `${missing.length > 0 ? `Not voters: ${missing.join(', ')}. ` : ''}${foreign.length > 0 ? `Not planned: ${foreign.join(', ')}. ` : ''}The initial controllers were not all formatted with the line of the plan. Nothing is lost yet by formatting all of them again.`,
      waiting: voters.length === 0,
    },
  )
}

function directoriesGate(plan: BootstrapPlan, { view }: Formed): Gate {
  const voters = votersIn(view)
  const planned = new Map(plan.controllers.map((c) => [c.nodeId, c.directoryId]))
  const free = plan.initialControllers === null
  const wrong = voters.filter(({ nodeId, directoryId }) =>
    free ? directoryId === null : planned.get(nodeId) !== directoryId,
  )
  const strangers = (view?.replicas ?? []).filter(
    (r) => isObserver(r) && planned.has(r.nodeId) && r.directoryId !== planned.get(r.nodeId),
  )
  const words = [...wrong, ...strangers].map(
    (r) => `${r.nodeId} has ${r.directoryId ?? 'none'}, planned ${planned.get(r.nodeId) ?? 'none'}`,
  )
  return gate(
    {
      code: 'directory-ids',
      title: 'Every voter has its planned directory id',
      required: free ? 'an id that the controller generated itself' : 'the planned ones',
      why: 'A controller votes only with the directory id that stands in the voter set; on another disk it is an observer.',
      source: 'KIP-853: ReplicaKey; the plan',
    },
    {
      ok: voters.length > 0 && words.length === 0,
      observed:
        voters.length === 0
          ? UNKNOWN
          : words.length > 0
            ? words.join('; ')
            : free
              ? voters.map((v) => `${v.nodeId}: ${v.directoryId}`).join(', ')
              : 'as planned',
      remedy:
        voters.length === 0
          ? 'They are known as soon as a leader is elected.'
          : `A controller was formatted with another line, or runs on another disk: ${FORMAT_AGAIN}.`,
      waiting: voters.length === 0,
    },
  )
}

function featureGates(plan: BootstrapPlan, { view }: Formed): Gate[] {
  const kraft = view?.quorum.kraftVersion ?? null
  const metadata = view?.quorum.metadataVersion ?? null
  return [
    gate(
      {
        code: 'kraft-version',
        title: 'The quorum is dynamic',
        required: 'kraft.version 1',
        why: 'With kraft.version 0 voters cannot be changed while the quorum runs.',
        source: 'KIP-853',
      },
      {
        ok: kraft !== null && kraft >= 1,
        observed: kraft === null ? UNKNOWN : `kraft.version ${kraft}`,
        remedy:
          kraft === null
            ? 'It is known as soon as a leader is elected.'
            : 'controller.quorum.voters was set when the disks were formatted. Take it out and format all of them again.',
        waiting: kraft === null,
      },
    ),
    gate(
      {
        code: 'metadata-version',
        title: 'Features are at the planned level',
        required: plan.metadataVersion,
        why: 'The first leader writes what was chosen when its disk was formatted; features can be raised later, seldom lowered.',
        source: 'Kafka: BootstrapMetadata',
      },
      {
        ok: metadata === plan.metadataVersion,
        observed: metadata ?? UNKNOWN,
        remedy:
          metadata === null
            ? 'It is known as soon as a leader is elected.'
            : `The disk of the first leader was formatted with another --release-version, or by another release of Kafka than ${plan.request.release}.`,
        waiting: metadata === null,
      },
    ),
  ]
}

function healthGate(plan: BootstrapPlan, { view }: Formed): Gate {
  const voters = votersIn(view)
  const behind = voters.filter((v) => v.health !== 'ok')
  return gate(
    {
      code: 'voters-healthy',
      title: 'Every voter keeps up',
      required: `${plan.controllers.length} of ${plan.controllers.length}`,
      why: 'Each one that is down now is one failure fewer that the quorum survives.',
      source: 'Quorumdeck: docs/safety.md',
    },
    {
      ok:
        view !== null &&
        view.quorum.settling === false &&
        voters.length === plan.controllers.length &&
        behind.length === 0,
      observed:
        voters.length === 0
          ? UNKNOWN
          : behind.length === 0
            ? `${voters.length} of ${plan.controllers.length}`
            : behind.map((v) => `${v.nodeId} ${v.health}`).join(', '),
      remedy: 'Start the controllers that are down, and wait until they have caught up.',
      waiting: true,
    },
  )
}

function brokersGate(plan: BootstrapPlan, { view }: Formed): Gate[] {
  if (plan.brokers.length === 0) return []
  const row = (nodeId: number) =>
    view?.replicas.find((r) => r.nodeId === nodeId && r.roles.includes('broker') && r.registered === true)
  const missing = plan.brokers.filter(({ nodeId }) => row(nodeId) === undefined).map((b) => b.nodeId)
  // Without the metadata log nobody knows whether a broker is fenced.
  const fenced = plan.brokers.filter(({ nodeId }) => row(nodeId)?.fenced !== false).map((b) => b.nodeId)
  const untold = plan.brokers.some(({ nodeId }) => row(nodeId) !== undefined && row(nodeId)?.fenced === null)
  const unread = view !== null && !view.source.tailing
  const required = plan.brokers.map((b) => b.nodeId).join(', ')
  return [
    gate(
      {
        code: 'brokers-registered',
        title: 'Every broker is registered',
        required,
        why: 'A broker registers with the active controller when it starts.',
        source: SOURCE,
      },
      {
        ok: missing.length === 0,
        observed:
          view === null || (unread && missing.length > 0)
            ? UNKNOWN
            : missing.length === 0
              ? 'all'
              : `not yet: ${missing.join(', ')}`,
        remedy: unread
          ? 'Only the metadata log shows this: reading it needs CLUSTER_ACTION on the cluster.'
          : `Start ${missing.join(', ')} with their own files. One that runs but is missing here has the reason in its log; INCONSISTENT_CLUSTER_ID means that it was formatted for another cluster.`,
        waiting: true,
      },
    ),
    gate(
      {
        code: 'brokers-unfenced',
        title: 'Every broker serves clients',
        required,
        why: 'A broker is fenced until it has caught up with the metadata log.',
        source: 'KIP-631',
      },
      {
        ok: fenced.length === 0,
        observed:
          view === null || untold
            ? UNKNOWN
            : fenced.length === 0
              ? 'all'
              : `fenced or not registered: ${fenced.join(', ')}`,
        remedy: untold
          ? 'Only the metadata log shows this: reading it needs CLUSTER_ACTION on the cluster.'
          : 'Wait until they have caught up.',
        waiting: true,
      },
    ),
  ]
}

export function formation(plan: BootstrapPlan, formed: Formed): Gate[] {
  return [
    ...plan.controllers.map((planned) => controllerGate(plan, planned, formed)),
    clusterIdGate(plan, formed),
    votersGate(plan, formed),
    directoriesGate(plan, formed),
    ...featureGates(plan, formed),
    healthGate(plan, formed),
    ...brokersGate(plan, formed),
  ]
}
