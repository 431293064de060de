/** Gates on taking one node down for a while, and on its return. Pure. */

import type { ReplicaKey, ReplicaView, Role } from '../../../contract/quorumView.ts'
import { votersOf } from '../../../contract/voters.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { listed, withoutBrackets } from '../../../nodeConfig/listenerConfig.ts'
import { listsVoters } from '../../../nodeConfig/settings.ts'
import { hostedBy, type PlacedPartition, type Placement, reassigning } from '../../../quorum/log/placement.ts'
import type { Facts } from '../../run/facts.ts'
import { onceFor, onceForBrokers } from '../../run/onceFor.ts'
import { idsText, rowOf } from '../../run/voterSet.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'
import { logRemedy } from '../logRemedy.ts'

/** How many other voters must be caught up before one is restarted: Strimzi's (N + 2) / 2, all others of two. */
export function othersNeeded(voters: number): number {
  return voters <= 2 ? voters - 1 : Math.floor((voters + 2) / 2)
}

export function othersCaughtUp({ view }: Facts, nodeId: number): Gate {
  const voters = view === null ? [] : votersOf(view)
  const needed = othersNeeded(voters.length)
  const rule: Rule = {
    code: 'others-caught-up',
    title: 'Enough other voters have caught up',
    required: `${needed} of the others`,
    why: 'While it is down the others alone make the majority, and one of them may need longer than expected.',
    source: 'Strimzi: KafkaQuorumCheck, (N + 2) / 2',
  }
  const others = voters.filter((v) => v.nodeId !== nodeId)
  const good = others.filter((v) => v.health === 'ok')
  const isVoter = others.length < voters.length
  return gate(rule, {
    ok: view !== null && view.quorum.leaderId !== null && (!isVoter || good.length >= needed),
    observed:
      view === null || view.quorum.leaderId === null
        ? UNKNOWN
        : isVoter
          ? `${good.length} of ${others.length}`
          : 'it does not vote',
    remedy:
      view === null || view.quorum.leaderId === null
        ? 'Wait until a leader answers.'
        : `Wait for ${idsText(others.filter((v) => v.health !== 'ok'))}, or repair it first.`,
    waiting: true,
  })
}

const MIN_ISR = 'min.insync.replicas'

/** What a text of a configuration says; `null` where that is no number that Kafka takes. */
function minIsr(text: string | undefined): number | null {
  const value = Number(text)
  return text !== undefined && Number.isInteger(value) && value > 0 ? value : null
}

function dynamicMinIsr({ log }: Pick<Facts, 'log'>, resource: string): string | undefined {
  return log?.placement.configs.get(resource)?.get(MIN_ISR)
}

/** What each broker is held to that was asked for: by its own dynamic value, else the dynamic default, else its file. */
const minIsrOfBroker = onceFor((facts: Facts): ((id: number) => number | null) => {
  const all = dynamicMinIsr(facts, 'broker:')
  const known = new Map<number, number | null>()
  return (id) => {
    const before = known.get(id)
    if (before !== undefined) return before
    const own = dynamicMinIsr(facts, `broker:${id}`) ?? all ?? facts.nodes.get(id)?.configs.get(MIN_ISR)
    known.set(id, minIsr(own))
    return minIsr(own)
  }
})

/** The own values of topics, good until a configuration changes: one broker has partitions of thousands of topics. */
const ownMinIsr = new WeakMap<
  Placement,
  { settings: number; values: Map<string, { own: number | null | undefined }> }
>()

/** `undefined` where the topic has none of its own. */
const minIsrOfTopic = onceFor((facts: Facts): ((topic: string) => number | null | undefined) => {
  if (facts.log === null) return () => undefined
  const { placement } = facts.log
  const kept = ownMinIsr.get(placement)
  const own = kept?.settings === placement.settings ? kept : { settings: placement.settings, values: new Map() }
  ownMinIsr.set(placement, own)
  return (topic) => {
    const known = own.values.get(topic)
    if (known !== undefined) return known.own
    const text = dynamicMinIsr(facts, `topic:${topic}`)
    const value = text === undefined ? undefined : minIsr(text)
    own.values.set(topic, { own: value })
    return value
  }
})

/** As `minIsrOf`, for many partitions. */
const minIsrReader = onceFor((facts: Facts) => {
  const ofTopic = minIsrOfTopic(facts)
  const ofBroker = minIsrOfBroker(facts)
  return ({ topic, replicas }: Pick<PlacedPartition, 'topic' | 'replicas'>): number | null => {
    const own = ofTopic(topic)
    if (own !== undefined) return own
    let highest: number | null = null
    for (const id of replicas) {
      const value = ofBroker(id)
      if (value === null) return null
      highest = highest === null || value > highest ? value : highest
    }
    return highest
  }
})

/**
 * min.insync.replicas of a partition: of its topic, else what its leader is held to, which any of its replicas may be. What
 * controllers are configured with counts for nobody. `null` where one of the brokers does not report its own.
 */
export function minIsrOf(facts: Facts, partition: Pick<PlacedPartition, 'topic' | 'replicas'>): number | null {
  return minIsrReader(facts)(partition)
}

const nameOf = ({ topic, partition }: PlacedPartition) => `${topic}-${partition}`

function some(partitions: readonly PlacedPartition[]): string {
  const names = partitions.slice(0, 3).map(nameOf).join(', ')
  return partitions.length > 3 ? `${names} and ${partitions.length - 3} more` : names
}

/** Whether a partition falls below its min.insync.replicas, or has no replica at all, whenever one of its replicas stops. */
function neverSpares({ replicas }: PlacedPartition, min: number | null): boolean {
  return replicas.length === 1 || (min !== null && min >= replicas.length)
}

/**
 * Who is heard. A broker that died stays in the ISR until its session ends (broker.session.timeout.ms, 9 s): its fetches of
 * the metadata log end at once. One that a young leader does not list yet is not known to live.
 */
const heardIn = onceFor(
  ({ view }: Facts): ReadonlySet<number> =>
    new Set(view?.replicas.filter((r) => r.health === 'ok' || r.health === 'lagging').map((r) => r.nodeId)),
)

/**
 * No partition falls below its min.insync.replicas when this broker stops. Those that always would, because every replica is
 * needed, may be unavailable meanwhile only where a person says so, and all their other replicas are in sync.
 */
export function minIsrIfStopped(facts: Facts, nodeId: number, unavailableStated: boolean): Gate {
  const rule: Rule = {
    code: 'min-isr-if-stopped',
    title: 'No partition falls below its min.insync.replicas',
    required: 'none of the partitions that it is in sync with, not counting silent brokers',
    why: 'Producers with acks=all are refused below it, and a partition without any replica in sync is offline.',
    source: 'min.insync.replicas; the partitions are read from the metadata log',
  }
  const { log } = facts
  if (log === null) {
    return gate(rule, {
      ok: false,
      observed: 'the metadata log is not followed, so the partitions are not known',
      remedy: logRemedy(facts),
      waiting: true,
    })
  }
  const hosted = hostedBy(log.placement, nodeId).filter((p) => p.isr.includes(nodeId))
  const heard = heardIn(facts)
  const minOf = minIsrReader(facts)
  const below = hosted.filter((p) => {
    const inSync = p.isr.filter((id) => id === nodeId || heard.has(id)).length
    const min = minOf(p)
    if (neverSpares(p, min)) return !unavailableStated || inSync < p.replicas.length
    return min === null || inSync - 1 < min
  })
  const [first] = below
  const mustSay = below.some((p) => neverSpares(p, minOf(p))) && !unavailableStated
  const isUnknown = below.some((p) => minOf(p) === null)
  return gate(rule, {
    ok: below.length === 0,
    observed: first === undefined ? `${hosted.length} partitions, all stay at or above it` : some(below),
    remedy: mustSay
      ? 'Give the topic one replica more than it needs, or state that its partitions may be unavailable while the node restarts.'
      : isUnknown
        ? 'A broker does not report its min.insync.replicas. Let Quorumdeck read it (DESCRIBE_CONFIGS on the cluster; many brokers are asked in turn), or set it for the topic, or as the dynamic default of all brokers.'
        : 'Wait until the other replicas are in sync again.',
    waiting: !mustSay,
  })
}

/** Partitions of a broker that need every replica they have: unavailable to some or all clients while it is down. */
const withoutSpareOf = onceForBrokers((facts: Facts, [nodeId]): PlacedPartition[] => {
  if (facts.log === null || nodeId === undefined) return []
  const minOf = minIsrReader(facts)
  return hostedBy(facts.log.placement, nodeId).filter((p) => neverSpares(p, minOf(p)))
})

/** The same of one broker, looked for once for each facts. */
export function withoutSpare(facts: Facts, nodeId: number): readonly PlacedPartition[] {
  return withoutSpareOf(facts, [nodeId])
}

export function noReassignment({ log }: Facts): Gate {
  const rule: Rule = {
    code: 'no-reassignment',
    title: 'No partition is being moved',
    required: 'none',
    why: 'A restart in the middle of a move makes it start over, and its replicas are not in sync yet.',
    source: 'Kafka: AlterPartitionReassignments; Cruise Control refuses during foreign reassignments',
  }
  const moving = log === null ? null : reassigning(log.placement)
  return gate(rule, {
    ok: moving !== null && moving.length === 0,
    observed: moving === null ? UNKNOWN : moving.length === 0 ? 'none' : some(moving),
    remedy: 'Wait until it is done, or cancel it with kafka-reassign-partitions.sh --cancel.',
    waiting: true,
  })
}

/**
 * Whether a registration is only what is left of a role that the node has given up, as it reports itself. A broker's is fenced
 * then; a controller's stays as it was. Source: KIP-631, KIP-919; neither goes with the role.
 */
function isLeftOver({ log, nodes }: Facts, nodeId: number, role: Role): boolean {
  const roles = listed(nodes.get(nodeId)?.configs.get('process.roles'))
  if (roles.length === 0 || roles.includes(role)) return false
  return role === 'controller' || log?.brokers.get(nodeId)?.fenced !== false
}

/** Whether the node is a broker, as far as anything shows; what is left of one is none. */
export function isBroker(facts: Facts, nodeId: number): boolean {
  const { log, view } = facts
  const isKnown =
    log?.brokers.has(nodeId) === true ||
    view?.replicas.some((r) => r.nodeId === nodeId && r.roles.includes('broker')) === true
  return isKnown && !isLeftOver(facts, nodeId, 'broker')
}

/**
 * The process that is registered now is not the one that was registered before, in each role that it has.
 * @param roles that it has from now on, where they were edited; else those that it is registered in and has not given up
 */
export function newIncarnation(
  facts: Facts,
  nodeId: number,
  before: { controller: string | null; broker: string | null },
  roles: readonly Role[] | null = null,
): Gate {
  const { log } = facts
  const rule: Rule = {
    code: 'restarted',
    title: 'A new process has registered',
    required: 'another incarnation id than before',
    why: 'A process registers with an id that is new with every start: the only proof that it was restarted.',
    source: 'KIP-631: RegisterBrokerRecord, RegisterControllerRecord: IncarnationId',
  }
  const now = {
    controller: log?.controllers.get(nodeId)?.incarnationId,
    broker: log?.brokers.get(nodeId)?.incarnationId,
  }
  const isNew = (role: Role) => now[role] !== undefined && now[role] !== before[role]
  const known: readonly Role[] =
    roles ??
    (['controller', 'broker'] as const).filter((role) => now[role] !== undefined && !isLeftOver(facts, nodeId, role))
  return gate(rule, {
    ok: log !== null && known.length > 0 && known.every(isNew),
    observed: log === null ? UNKNOWN : known.every(isNew) && known.length > 0 ? 'registered anew' : 'the old one',
    remedy: 'Restart the process.',
    waiting: true,
  })
}

export function nodeCaughtUp({ view, thresholds }: Facts, key: ReplicaKey | null): Gate {
  const rule: Rule = {
    code: 'node-caught-up',
    title: 'The node fetches and has caught up',
    required: `ok, at most ${thresholds.lagRecords} records behind`,
    why: 'The next one must not go down before this one counts again.',
    source: 'DescribeQuorum at the leader; Strimzi: KafkaQuorumCheck',
  }
  const row = view === null || key === null ? null : rowOf(view, key)
  return gate(rule, {
    ok: row !== null && row.health === 'ok' && row.lag !== null && row.lag <= thresholds.lagRecords,
    observed: row === null ? 'not listed' : `${row.health}, ${row.lag === null ? 'lag unknown' : `${row.lag} behind`}`,
    remedy: 'Check its process: it has to reach the leader.',
    waiting: true,
  })
}

/** A broker is back when it is unfenced and in sync with all that it hosts. */
export function brokerBack({ log }: Facts, nodeId: number): Gate {
  const rule: Rule = {
    code: 'broker-back',
    title: 'The broker serves again, and is in sync with its partitions',
    required: 'unfenced, in every ISR of its partitions',
    why: 'The next node may hold the only other replica.',
    source: 'metadata log: BrokerRegistrationChangeRecord, PartitionChangeRecord',
  }
  const broker = log?.brokers.get(nodeId)
  const behind = log === null ? [] : hostedBy(log.placement, nodeId).filter((p) => !p.isr.includes(nodeId))
  return gate(rule, {
    ok: broker !== undefined && !broker.fenced && behind.length === 0,
    observed:
      broker === undefined
        ? UNKNOWN
        : broker.fenced
          ? 'fenced'
          : behind.length === 0
            ? 'in sync'
            : `not in sync: ${some(behind)}`,
    remedy: 'Look at its log: it has to catch up with its partitions.',
    waiting: true,
  })
}

/**
 * The node's own configuration says what it was edited to.
 * @param restarted whether a new process has read the file
 */
export function configuredAs(
  { nodes, view, endpoints }: Facts,
  nodeId: number,
  edit: { roles?: Role[]; bootstrapServers?: boolean },
  restarted = true,
): Gate {
  const rule: Rule = {
    code: 'configured',
    title: 'Its configuration is as planned',
    required: [
      ...(edit.roles === undefined ? [] : [`process.roles=${edit.roles.join(',')}`]),
      ...(edit.bootstrapServers === true
        ? ['controller.quorum.bootstrap.servers names the voters, controller.quorum.voters is gone']
        : []),
    ].join('; '),
    why: 'A restart with the old file changes nothing; only the node itself shows what it runs with.',
    source: 'DescribeConfigs of the node',
  }
  const configs = nodes.get(nodeId)?.configs
  const problems: string[] = []
  if (configs === undefined || configs.size === 0) problems.push('it does not report its configuration')
  else {
    const roles = listed(configs.get('process.roles'))
    if (edit.roles !== undefined && roles.toSorted().join() !== edit.roles.toSorted().join()) {
      problems.push(`process.roles=${roles.join(',')}`)
    }
    if (edit.bootstrapServers === true) {
      if (listsVoters(configs)) problems.push('controller.quorum.voters is set')
      const voters = view === null ? [] : votersOf(view)
      if (!namesAny(configs.get('controller.quorum.bootstrap.servers') ?? '', voters, endpoints)) {
        problems.push('controller.quorum.bootstrap.servers names no voter')
      }
    }
  }
  return gate(rule, {
    ok: problems.length === 0,
    observed: problems.length === 0 ? 'as planned' : problems.join('; '),
    remedy: `Edit its properties file ${restarted ? 'and restart it once more' : 'before it is restarted'}. DESCRIBE_CONFIGS on the cluster is needed to see it.`,
    // Before its restart it runs with the old file, as it must.
    waiting: configs === undefined || !restarted,
  })
}

function namesAny(servers: string, voters: readonly ReplicaView[], endpoints: Facts['endpoints']): boolean {
  const named = new Set(listed(servers).map(withoutBrackets))
  return voters.some((v) =>
    [...v.endpoints, ...(endpoints.get(v.nodeId) ?? [])].some(({ host, port }) => named.has(`${host}:${port}`)),
  )
}
