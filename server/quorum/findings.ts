/**
 * What a person should know of a quorum, gravest first. Pure. The words hold no ages: those tick on the screen beside
 * the replicas that a finding names, and a finding that never changes is not sent again.
 */
import type { Finding, FindingCode, QuorumFacts, ReplicaKey, ReplicaView, Severity } from '../contract/quorumView.ts'
import { rackFindings } from './rackFindings.ts'
import type { ClusterAcl, Observation } from './sample.ts'

export interface Findable {
  observation: Observation
  quorum: QuorumFacts
  replicas: ReplicaView[]
  clockWasSet: boolean
}

type Rule = (seen: Findable) => Finding[]

function finding(
  code: FindingCode,
  severity: Severity,
  title: string,
  detail: string,
  replicas: ReplicaKey[] = [],
): Finding {
  return {
    code,
    severity,
    title,
    detail,
    replicas: replicas.map(({ nodeId, directoryId }) => ({ nodeId, directoryId })),
  }
}

function ids(replicas: { nodeId: number }[]): string {
  return [...new Set(replicas.map((r) => r.nodeId))].join(', ')
}

function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many
}

function votersOf({ replicas }: Findable): ReplicaView[] {
  return replicas.filter((r) => r.status !== 'observer')
}

const leadership: Rule = ({ quorum, observation: { sample } }) => {
  if (quorum.leaderId !== null) return []
  if (sample.kind === 'leaderless' && sample.namedLeaderId !== null) {
    return [
      finding(
        'no-leader',
        'critical',
        `No leader reached: followers name controller ${sample.namedLeaderId}, which does not answer here`,
        'It has just failed, and an election takes seconds; or it leads, and only Quorumdeck cannot reach it. If this ' +
          'lasts, check the way from Quorumdeck to the address that the leader advertises.',
        [],
      ),
    ]
  }
  return [
    finding(
      'no-leader',
      'critical',
      'No controller leads the quorum',
      'No topic, broker or configuration change is possible until a leader is elected. Running brokers go on serving ' +
        'the data they lead. An election takes seconds: if none succeeds, start the controllers that are down.',
    ),
  ]
}

const margin: Rule = ({ quorum }) => {
  if (quorum.leaderId === null || quorum.margin === null) return []
  if (quorum.margin < 0) {
    return [
      finding(
        'majority-lost',
        'critical',
        `Only ${quorum.healthyVoters} of ${quorum.voters} voters are healthy; ${quorum.majority} are needed`,
        'The leader cannot commit and will resign. Bring silent controllers back. Remove no healthy controller: Kafka ' +
          'would accept it and the quorum could not recover.',
      ),
    ]
  }
  if (quorum.voters === 1) {
    return [
      finding(
        'single-voter',
        'warning',
        'A single controller is the whole quorum',
        'If it stops, the cluster has no controller; if its disk is lost, the metadata is lost. Run three.',
      ),
    ]
  }
  if (quorum.margin === 0) {
    return [
      finding(
        'margin-zero',
        'warning',
        'The quorum cannot lose another controller',
        `${quorum.healthyVoters} of ${quorum.voters} voters are healthy and ${quorum.majority} are needed. Restart or ` +
          'stop no controller until another one is healthy.',
      ),
    ]
  }
  return []
}

const silentVoters: Rule = (seen) =>
  votersOf(seen)
    .filter((r) => r.health === 'silent')
    .map((r) =>
      finding(
        'voter-silent',
        'warning',
        `Controller ${r.nodeId} is silent`,
        'It has not fetched from the leader for the fetch timeout or longer: its process is down, stuck, or cut off. ' +
          'Restart it. If its disk is lost, it needs a new disk and, by its new directory id, a place in the quorum.',
        [r],
      ),
    )

const laggingVoters: Rule = (seen) =>
  votersOf(seen)
    .filter((r) => r.health === 'lagging')
    .map((r) =>
      finding(
        'voter-lagging',
        'warning',
        `Controller ${r.nodeId} fetches but does not keep up`,
        'It cannot help to commit until it has caught up, so it does not count as healthy. Look at its disk, its CPU ' +
          'and the network between it and the leader.',
        [r],
      ),
    )

const settling: Rule = (seen) => {
  if (!seen.quorum.settling || seen.quorum.leaderId === null) return []
  const unknown = votersOf(seen).filter((r) => r.health === 'unknown')
  return [
    finding(
      'settling',
      'info',
      `The leader is young: ${plural(unknown.length, 'controller')} ${ids(unknown)} not seen yet`,
      'A new leader knows of a voter only after its first fetch. What can be lost is told once all are known.',
      unknown,
    ),
  ]
}

const clockStepped: Rule = (seen) =>
  seen.clockWasSet
    ? [
        finding(
          'leader-clock-stepped',
          'warning',
          "The leader's clock was set",
          'Times that the leader took before say nothing now, so ages are unknown until the replicas fetch again. ' +
            'Check the time synchronisation of its host.',
        ),
      ]
    : []

const pendingChange: Rule = ({ quorum }) => {
  const pending = quorum.pendingVoterChange
  if (pending === null) return []
  const parts = [
    pending.added.length > 0 ? `adds ${ids(pending.added)}` : '',
    pending.removed.length > 0 ? `removes ${ids(pending.removed)}` : '',
  ].filter((part) => part !== '')
  return [
    finding(
      'pending-voter-change',
      'info',
      `A voter change is appended but not committed: it ${parts.join(' and ') || 'rewrites the voter set'}`,
      'It is in force already, and an election may still undo it. No other change is possible until it is committed.',
      [...pending.added, ...pending.removed],
    ),
  ]
}

const evenVoters: Rule = ({ quorum }) =>
  quorum.voters > 0 && quorum.voters % 2 === 0
    ? [
        finding(
          'even-voters',
          'info',
          `${quorum.voters} voters tolerate no more failures than ${quorum.voters - 1}`,
          'An even number adds a machine that can fail and no tolerance. Plan for an odd number of voters.',
        ),
      ]
    : []

const racks: Rule = ({ quorum, replicas }) => rackFindings(quorum, replicas)

const incarnations: Rule = ({ replicas }) => {
  const byId = Map.groupBy(replicas, (r) => r.nodeId)
  return [...byId.entries()]
    .filter(([, rows]) => rows.length > 1)
    .map(([nodeId, rows]) => {
      const alive = rows.filter((r) => r.health === 'ok' || r.health === 'lagging')
      return alive.length > 1
        ? finding(
            'two-incarnations',
            'warning',
            `Two processes fetch with node id ${nodeId}`,
            'Two directories of one id are both alive: the old process was not stopped. Stop the one that should be gone.',
            rows,
          )
        : finding(
            'two-incarnations',
            'info',
            `Node ${nodeId} is listed with ${rows.length} directory ids`,
            'Its disk was replaced or formatted anew. The old incarnation keeps its place until it is removed from ' +
              'the voters; as an observer it disappears 5 minutes after its last fetch.',
            rows,
          )
    })
}

const ghosts: Rule = ({ replicas }) => {
  const silent = replicas.filter((r) => r.status === 'observer' && r.health === 'silent')
  if (silent.length === 0) return []
  return [
    finding(
      'ghost-observer',
      'info',
      `${plural(silent.length, 'Observer')} ${ids(silent)} ${plural(silent.length, 'does', 'do')} not fetch any more`,
      'The leader lists an observer for 5 minutes after its last fetch. If the node should run, look after it.',
      silent,
    ),
  ]
}

const versions: Rule = ({ quorum, observation }) => {
  const found: Finding[] = []
  if (observation.facts.knowsVoterChanges === false) {
    found.push(
      finding(
        'kafka-too-old',
        'info',
        'This Kafka cannot change its voters while it runs',
        'Adding and removing controllers needs Apache Kafka 3.9 or later on every node. Watching works.',
      ),
    )
  } else if (quorum.kraftVersion === 0) {
    found.push(
      finding(
        'kraft-version-0',
        'info',
        'The quorum is static (kraft.version 0)',
        'Its voters are fixed by controller.quorum.voters and have no directory ids. With Apache Kafka 4.1 or later ' +
          'it can become dynamic: kafka-features upgrade --feature kraft.version=1.',
      ),
    )
  }
  return found
}

const leftovers: Rule = ({ quorum, observation }) => {
  if (quorum.mode !== 'dynamic') return []
  const nodes = [...observation.facts.nodes.entries()]
    .filter(([, node]) => (node.configs.get('controller.quorum.voters') ?? '') !== '')
    .map(([nodeId]) => ({ nodeId }))
  if (nodes.length === 0) return []
  return [
    finding(
      'static-voters-left',
      'warning',
      `controller.quorum.voters is still set on ${ids(nodes)}`,
      'A dynamic quorum ignores it, and it misleads whoever reads it. Replace it by ' +
        'controller.quorum.bootstrap.servers at the next restart.',
    ),
  ]
}

const autoJoin: Rule = ({ quorum }) =>
  quorum.autoJoin === true
    ? [
        finding(
          'auto-join-on',
          'info',
          'Controllers join the quorum by themselves',
          'controller.quorum.auto.join.enable is true: a running controller that is removed adds itself again within ' +
            'seconds, and a new disk replaces the old one without being asked. Stop a controller before you remove it.',
        ),
      ]
    : []

const ACL_EFFECT: Record<ClusterAcl, string> = {
  DESCRIBE: 'the quorum cannot be read at all',
  CLUSTER_ACTION: 'the metadata log cannot be tailed: changes are seen by polling, and registrations are not known',
  ALTER: 'registered controllers are not listed, and no change of the quorum is possible',
  DESCRIBE_CONFIGS: 'the real fetch timeout and auto-join setting are not known',
}

const acls: Rule = ({ observation }) =>
  observation.facts.missingAcls.map((acl) =>
    finding(
      'acl-missing',
      acl === 'DESCRIBE' ? 'warning' : 'info',
      `Missing right: ${acl} on the cluster`,
      `Without it ${ACL_EFFECT[acl]}. Grant it: kafka-acls --add --cluster --operation ${acl} --allow-principal User:…`,
    ),
  )

const reach: Rule = ({ observation: { facts } }) => [
  ...(facts.controllersProblem === null
    ? []
    : [
        finding(
          'controllers-unreachable',
          'warning',
          'Watching through a broker: the controllers cannot be reached from here',
          `${facts.controllersProblem} The quorum can be watched, not changed, and uncommitted changes are not seen. ` +
            'Let Quorumdeck reach the controller listeners, or name them with --bootstrap-controller.',
        ),
      ]),
  ...(facts.tailProblem === null
    ? []
    : [
        finding(
          'tail-unavailable',
          'info',
          'The metadata log is not tailed',
          `${facts.tailProblem} The quorum is polled.`,
        ),
      ]),
  ...(facts.unresolvedHosts.length === 0
    ? []
    : [
        finding(
          'endpoint-unresolved',
          'warning',
          `Host ${plural(facts.unresolvedHosts.length, 'name')} of the quorum not resolved: ${facts.unresolvedHosts.join(', ')}`,
          'The voters keep these names in the metadata log. Seen from here they do not resolve; if that is so for the ' +
            'controllers too, a restarted one cannot find the others. Mend the DNS before any restart.',
        ),
      ]),
]

const registrations: Rule = (seen) => {
  const { replicas, quorum } = seen
  if (quorum.leaderId === null) return []
  const unregistered = replicas.filter((r) => r.registered === false && r.health === 'ok')
  const fenced = replicas.filter((r) => r.fenced === true && r.health === 'ok')
  return [
    ...(unregistered.length === 0
      ? []
      : [
          finding(
            'unregistered',
            'warning',
            `${plural(unregistered.length, 'Node')} ${ids(unregistered)} ${plural(unregistered.length, 'is', 'are')} not registered`,
            'It fetches the metadata log, but the log holds no registration of it. It may have just started; if it ' +
              'stays so, its log tells why.',
            unregistered,
          ),
        ]),
    ...(fenced.length === 0
      ? []
      : [
          finding(
            'fenced',
            'warning',
            `${plural(fenced.length, 'Broker')} ${ids(fenced)} ${plural(fenced.length, 'is', 'are')} fenced`,
            'It fetches, but it is fenced: it serves no client and leads no partition until its heartbeats are accepted.',
            fenced,
          ),
        ]),
  ]
}

const RULES: readonly Rule[] = [
  leadership,
  margin,
  silentVoters,
  laggingVoters,
  clockStepped,
  incarnations,
  pendingChange,
  registrations,
  reach,
  leftovers,
  racks,
  evenVoters,
  ghosts,
  settling,
  versions,
  autoJoin,
  acls,
]

const GRAVITY: Record<Severity, number> = { critical: 0, warning: 1, info: 2 }

export function findingsOf(seen: Findable): Finding[] {
  return RULES.flatMap((rule) => rule(seen)).sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity])
}
