/**
 * What a person should know of a quorum, gravest first. Pure. The words hold no ages: those tick on the screen beside
 * the replicas that a finding names, and a finding that never changes is not sent again.
 */

import { gravestFirst } from '../../../contract/advice.ts'
import type { Finding, ReplicaView } from '../../../contract/quorumView.ts'
import { isObserver, votersOf } from '../../../contract/voters.ts'
import { listed } from '../../../nodeConfig/listenerConfig.ts'
import { listsVoters } from '../../../nodeConfig/settings.ts'
import { metadataVersionName } from '../../log/kafkaRelease.ts'
import type { ClusterAcl } from '../sample.ts'
import { controllerRules } from './controllerFindings.ts'
import { type Findable, finding, ids, plural, type Rule } from './finding.ts'
import { leftoversIn } from './leftovers.ts'
import { rackFindings, racksThatHoldCommits } from './rackFindings.ts'
import { isContested, SETTLE_FIRST, withoutAdvice } from './twoQuorums.ts'

const leadership: Rule = ({ quorum, observation }) => {
  if (quorum.leaderless === null) return []
  const { title, detail, remedy } = quorum.leaderless
  const advice = isContested(quorum, observation.incidents) ? SETTLE_FIRST : remedy
  return [finding('no-leader', 'critical', title, `${detail} ${advice}`)]
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

/** Who downloads a snapshot does not fetch, and begins anew when restarted: what answers is not called down. */
function whySilent({ nodeId }: ReplicaView, { observation }: Findable): string {
  const accounts = (observation.asked ?? []).map(({ account }) => account)
  const own = accounts.find(
    (a) => a.reach === 'answers' && a.nodeId === nodeId && a.sameCluster !== false && a.roles?.includes('controller'),
  )
  if (own !== undefined) {
    return (
      `, and its process answers at ${own.address}: it is cut off from the leader, or it downloads a snapshot, which the leader does not show. ` +
      'Let it run until its own log shows which; a restart would start the download over.'
    )
  }
  const unseen = accounts.find((a) => a.reach === 'unverifiable' && (a.recordedId ?? a.registeredId) === nodeId)
  if (unseen !== undefined) {
    return `, but something answers at ${unseen.address} that cannot be verified: ${unseen.problem}. Fix that first: only then is it clear who runs there.`
  }
  return (
    ': its process is down, stuck, or cut off. ' +
    'Restart it. If its disk is lost, it needs a new disk and, by its new directory id, a place in the quorum.'
  )
}

const silentVoters: Rule = (seen) =>
  votersOf(seen)
    .filter((r) => r.health === 'silent')
    .map((r) =>
      finding(
        'voter-silent',
        'warning',
        `Controller ${r.nodeId} is silent`,
        `It has not fetched from the leader for the fetch timeout or longer${whySilent(r, seen)}`,
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
        'It cannot help commit records until it has caught up, so it does not count as healthy. Look at its disk, its CPU ' +
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
      `The leader is new: ${plural(unknown.length, 'controller')} ${ids(unknown)} not seen yet`,
      'A new leader knows of a voter only after its first fetch. What can be lost is known once all have fetched.',
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
          'Times that the leader recorded before are useless now, so ages are unknown until the replicas fetch again. ' +
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
          'An even number adds a machine that can fail, but no tolerance. Plan for an odd number of voters.',
        ),
      ]
    : []

const racks: Rule = ({ quorum, replicas }) => [
  ...rackFindings(quorum, replicas),
  ...racksThatHoldCommits(quorum, replicas),
]

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

/** Observers that the leader does not hear, although their process answers at its own listener. */
function stuckObservers({ replicas, observation: { facts } }: Findable): ReplicaView[] {
  // An old disk of a node that has a new one is silent for good, whatever its node answers.
  const heard = new Set(replicas.flatMap((r) => (r.health === 'silent' ? [] : [r.nodeId])))
  return replicas.filter((r) => {
    const said = facts.nodes.get(r.nodeId)
    const answers = said !== undefined && said.retained !== true
    return isObserver(r) && r.health === 'silent' && answers && !heard.has(r.nodeId)
  })
}

const stuck: Rule = (seen) => {
  const silent = stuckObservers(seen)
  const { facts, asked } = seen.observation
  if (silent.length === 0 || seen.quorum.leaderId === null) return []
  const refusing = new Set(
    (asked ?? []).filter(({ account }) => account.reach !== 'answers').map((a) => a.account.address),
  )
  const named = new Set(
    silent.flatMap((r) => {
      const configs = facts.nodes.get(r.nodeId)?.configs
      const text = configs?.get('controller.quorum.bootstrap.servers') || configs?.get('controller.quorum.voters') || ''
      return listed(text).map((entry) => entry.replace(/^\d+@/, ''))
    }),
  )
  const dead = [...named].filter((address) => refusing.has(address))
  const why =
    dead.length > 0
      ? `Of the controllers in their files, ${dead.join(', ')} ${plural(dead.length, 'does', 'do')} not answer: they may keep asking there. `
      : 'They may keep asking a controller that no longer leads. '
  return [
    finding(
      'observers-stuck',
      'warning',
      `${plural(silent.length, 'Node')} ${ids(silent)} ${plural(silent.length, 'runs and answers, but does', 'run and answer, but do')} not fetch from the leader`,
      `${why}What they know of topics and partitions goes stale. Restart them one at a time, and name every living controller in ` +
        'controller.quorum.bootstrap.servers.',
      silent,
    ),
  ]
}

const ghosts: Rule = (seen) => {
  const { replicas } = seen
  const running = new Set(stuckObservers(seen))
  const silent = replicas.filter((r) => isObserver(r) && r.health === 'silent' && !running.has(r))
  if (silent.length === 0) return []
  return [
    finding(
      'ghost-observer',
      'info',
      `${plural(silent.length, 'Observer')} ${ids(silent)} ${plural(silent.length, 'does', 'do')} not fetch any more`,
      'The leader lists an observer for 5 minutes after its last fetch. If the node should be running, check its process.',
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
    .filter(([, node]) => listsVoters(node.configs))
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

const ofBrokers: Rule = ({ observation }) => leftoversIn(observation.log)

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
          'The voters keep these names in the metadata log. From here they do not resolve; if that is also the case for the ' +
            'controllers, a restarted one cannot find the others. Fix DNS before any restart.',
        ),
      ]),
]

/** More than this in an hour is no maintenance: Kafka elects in a second or two, and then not again for weeks. */
const ELECTIONS_AN_HOUR = 6

const storm: Rule = ({ elections }) => {
  const count = elections.reduce((sum, { epochs }) => sum + epochs, 0)
  if (count < ELECTIONS_AN_HOUR) return []
  const lost = Map.groupBy(
    elections.flatMap(({ from }) => from ?? []),
    (id) => id,
  )
  const [worst] = [...lost].sort((a, b) => b[1].length - a[1].length)
  const who =
    worst === undefined
      ? 'Who led before each of them was not seen from here.'
      : `Controller ${worst[0]} lost the lead ${worst[1].length} of ${elections.length} times: look there first.`
  return [
    finding(
      'election-storm',
      'warning',
      `${count} elections in the last hour`,
      `${who} A leader is given up when a majority does not fetch for 1.5 fetch timeouts, or when it pauses for as long itself: look at its ` +
        'disk latency, garbage collection, CPU steal and network. Nothing is committed during each election.',
      worst === undefined ? [] : [{ nodeId: worst[0], directoryId: null }],
    ),
  ]
}

const tooOld: Rule = ({ observation: { facts, log } }) => {
  const level = log?.features.get('metadata.version') ?? facts.finalizedFeatures?.get('metadata.version')
  if (level === undefined) return []
  const old = [...facts.nodes]
    .filter(([, { supportedMetadataVersion: most, retained }]) => most !== null && most < level && retained !== true)
    .map(([nodeId]) => ({ nodeId, directoryId: null }))
  if (old.length === 0) return []
  return [
    finding(
      'broker-too-old',
      'warning',
      `${plural(old.length, 'Node')} ${ids(old)} ${plural(old.length, 'is', 'are')} older than the cluster's metadata.version`,
      `The cluster is at ${metadataVersionName(level)}, which ${plural(old.length, 'this node does', 'these nodes do')} not know: it cannot register, and it ` +
        'cannot read all of the metadata. Install the Kafka release of the other nodes there and start it again.',
      old,
    ),
  ]
}

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
            'It fetches the metadata log, but the log holds no registration of it. It may have just started. A controller ' +
              'whose request to register timed out once never asks again (KAFKA-20247): if it stays so for a minute, restart ' +
              'it, as soon as the quorum can do without it. Until then it cannot be added, and an upgrade may be refused.',
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
  ...controllerRules,
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
  storm,
  tooOld,
  evenVoters,
  stuck,
  ghosts,
  settling,
  versions,
  autoJoin,
  acls,
  ofBrokers,
]

export function findingsOf(seen: Findable): Finding[] {
  const found = RULES.flatMap((rule) => rule(seen))
  const told = isContested(seen.quorum, seen.observation.incidents) ? found.map(withoutAdvice) : found
  return gravestFirst(told)
}
