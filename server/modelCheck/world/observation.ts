/** The cluster as the dashboard reads it: DescribeQuorum at the leader, its metadata log, who answers at which address. */

import type { Endpoint, Role } from '../../contract/quorumView.ts'
import type { SandboxNode, SandboxState } from '../../contract/sandbox.ts'
import { isObserver } from '../../contract/voters.ts'
import type { ReplicaState } from '../../kafka/describeQuorum.ts'
import type { AskedController } from '../../quorum/assessment/askedController.ts'
import { assess } from '../../quorum/assessment/assess.ts'
import { controllerEndpoints } from '../../quorum/assessment/registeredEndpoints.ts'
import {
  type ClusterFacts,
  type LedSample,
  NO_FACTS,
  type NodeFacts,
  type QuorumSample,
} from '../../quorum/assessment/sample.ts'
import { EMPTY_LOG, type LogFacts } from '../../quorum/log/metadataLog.ts'
import { partitionsOf } from '../../quorum/log/placement.ts'
import type { ClientResponse, ReplicaRow } from '../../sandbox/simulatedQuorum/core/api/rpc.ts'
import { profileOf } from '../../sandbox/simulatedQuorum/core/profiles.ts'
import type { Listener } from '../../sandbox/simulatedQuorum/core/raft/records.ts'
import { kraftVersionOf } from '../../sandbox/simulatedQuorum/core/raft/replica.ts'
import {
  asLeader,
  type ClusterState,
  type LiveNode,
  liveNode,
  type NodeState,
} from '../../sandbox/simulatedQuorum/core/state.ts'
import { FETCH_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from '../../sandbox/simulatedQuorum/core/timing.ts'
import { type Facts, probeKey } from '../../workflows/run/facts.ts'
import type { EndpointProbe } from '../../workflows/run/ports.ts'
import { observe } from '../../workflows/run/windows/track.ts'
import type { Reading } from './dashboard.ts'
import { ask, isInReach, LISTENS_AFTER_MS, nodeOf, type World } from './world.ts'

type Described = Extract<ClientResponse, { api: 'describeQuorum' }>['quorum']

function endpointOf({ name, host, port }: Listener): Endpoint {
  return { listener: name, host, port }
}

function replicaState({ key, logEndOffset, lastFetchMs, lastCaughtUpMs }: ReplicaRow): ReplicaState {
  return { nodeId: key.id, directoryId: key.directoryId, logEndOffset, lastFetchMs, lastCaughtUpMs }
}

function describe(world: World, nodeId: number): NonNullable<Described> | null {
  const answer = ask(world, nodeId, { api: 'describeQuorum', knownTopic: true })
  return answer?.api === 'describeQuorum' ? answer.quorum : null
}

/** The leader known so far, else the one with the highest epoch of all that answer. */
function findLeader(world: World): NonNullable<Described> | null {
  const { leaderId, highestEpoch } = world.dashboard
  const known = leaderId === null ? null : describe(world, leaderId)
  if (known !== null && known.epoch >= highestEpoch) return known
  let found: NonNullable<Described> | null = null
  for (const { id } of world.cluster.nodes) {
    const answer = describe(world, id)
    if (answer !== null && answer.epoch >= highestEpoch && (found === null || answer.epoch > found.epoch))
      found = answer
  }
  return found
}

function ledSample(world: World, quorum: NonNullable<Described>): LedSample {
  const { leaderId, epoch, highWatermark, voters, observers, nodes } = quorum
  return {
    kind: 'led',
    observedAtMs: world.cluster.nowMs,
    source: {
      nodeId: leaderId,
      via: 'controller',
      address: `localhost:${9_000 + leaderId}`,
      tailing: world.rules.tail,
    },
    leaderId,
    leaderEpoch: epoch,
    highWatermark,
    voters: voters.map(replicaState),
    observers: observers.map(replicaState),
    voterEndpoints: new Map(nodes.map(({ id, listeners }) => [id, listeners.map(endpointOf)])),
  }
}

function registrations({ run }: LiveNode): [number, Endpoint[]][] {
  return Object.values(run.image.controllers).map(({ id, listeners }) => [id, listeners.map(endpointOf)])
}

/** What the metadata log of this leader tells, read to its end. */
function logFacts({ data }: World, node: LiveNode): LogFacts {
  const leader = asLeader(node)
  const { image, voterHistory, kraftHistory } = node.run
  const newest = voterHistory.at(-1)
  const votersOf = (entry: typeof newest) =>
    entry?.voters.map(({ key, listeners }) => ({
      nodeId: key.id,
      directoryId: key.directoryId,
      endpoints: listeners.map(endpointOf),
    })) ?? null
  const voters = votersOf(newest)
  const start = leader?.run.role.epochStartOffset ?? -1
  const begun = node.disk.log.batches.findLast((batch) => batch.baseOffset === start)
  const isPending = newest !== undefined && newest.offset >= (node.run.highWatermark ?? 0)
  const { epoch } = node.disk.election
  return {
    ...EMPTY_LOG,
    placement: data?.placement ?? EMPTY_LOG.placement,
    controllers: new Map(
      Object.values(image.controllers).map(({ id, listeners, incarnationId }) => {
        return [id, { endpoints: listeners.map(endpointOf), incarnationId }]
      }),
    ),
    brokers: new Map(
      Object.values(image.brokers).map(({ id, listeners, incarnationId, fenced }) => {
        return [id, { endpoints: listeners.map(endpointOf), incarnationId, fenced, rack: null }]
      }),
    ),
    features: new Map(Object.entries(image.features)),
    kraftVersion: kraftHistory.at(-1)?.level ?? null,
    controllerMetadataVersions: new Map(
      Object.values(image.controllers).flatMap(({ id, features }) => {
        const max = features.find(({ name }) => name === 'metadata.version')?.max
        return max === undefined ? [] : [[id, max] as const]
      }),
    ),
    leader: begun === undefined ? null : { leaderId: node.id, epoch, sinceMs: begun.timestampMs },
    voters,
    pendingVoters:
      isPending && voters !== null
        ? { offset: newest.offset, epoch, atMs: begun?.timestampMs ?? 0, voters, before: votersOf(voterHistory.at(-2)) }
        : null,
  }
}

function told(state: ClusterState, { config }: NodeState): NodeFacts {
  const { autoJoin, supportedFeatures } = profileOf(state.release)
  const configs = new Map([
    ['process.roles', 'controller'],
    ['controller.quorum.fetch.timeout.ms', String(FETCH_TIMEOUT_MS)],
    ['controller.quorum.request.timeout.ms', String(REQUEST_TIMEOUT_MS)],
  ])
  if (autoJoin) configs.set('controller.quorum.auto.join.enable', String(config.autoJoin))
  const supported = supportedFeatures.find(({ name }) => name === 'metadata.version')
  return { configs, supportedMetadataVersion: supported?.max ?? null }
}

/** What a node reports of its own configuration; `null` where it does not answer. */
function saidBy(world: World, nodeId: number): NodeFacts | null {
  const answer = ask(world, nodeId, { api: 'describeConfigs', resources: [{ type: 4, name: String(nodeId) }] })
  if (answer?.api !== 'describeConfigs') return null
  const configs = new Map<string, string>()
  for (const { name, value } of answer.results[0]?.configs ?? []) if (value !== null) configs.set(name, value)
  const supported = profileOf(world.cluster.release).supportedFeatures.find(({ name }) => name === 'metadata.version')
  return { configs, supportedMetadataVersion: supported?.max ?? null }
}

/** Every node of a copied cluster is asked at each look: a restart may have changed what it says. */
function readNodes(world: World): void {
  const said = world.cluster.nodes.flatMap(({ id }) => {
    const facts = saidBy(world, id)
    return facts === null ? [] : [[id, facts] as const]
  })
  world.dashboard.nodes = new Map([...world.dashboard.nodes, ...said])
}

/** Controllers that the quorum knows and that answer now say how they are configured; what one said before still holds. */
function nodeFacts(world: World, leader: LiveNode, sample: LedSample): ReadonlyMap<number, NodeFacts> {
  const before = world.dashboard.nodes
  const listed = [...registrations(leader).map(([id]) => id), ...sample.voterEndpoints.keys()]
  const news = listed.filter((id) => !before.has(id) && nodeOf(world, id).process === 'running')
  if (news.length === 0) return before
  return new Map([...before, ...news.map((id) => [id, told(world.cluster, nodeOf(world, id))] as const)])
}

/** What of the quorum is read beside the polls; while nobody leads it stays as it was. */
function readBeside(world: World, leader: LiveNode): Reading {
  const unnamed = (endpoints: Endpoint[]) => endpoints.map((endpoint) => ({ ...endpoint, listener: '' }))
  const facts: ClusterFacts = {
    ...NO_FACTS,
    clusterId: world.cluster.clusterId,
    nodes: new Map(world.dashboard.nodes),
    knowsVoterChanges: true,
    controllers: new Map(registrations(leader).map(([id, own]) => [id, unnamed(own)])),
    finalizedFeatures: new Map([
      ...Object.entries(leader.run.image.features),
      ['kraft.version', kraftVersionOf(leader)],
    ]),
  }
  return { facts, log: world.rules.tail ? logFacts(world, leader) : null }
}

/** Every controller in reach answers for itself. Whom it follows is left out: the search above asks them all for that. */
function askedIn(world: World): AskedController[] {
  const controllers = world.cluster.nodes.filter(({ config }) => config.controllerListener !== null)
  return controllers.map(({ id, process, config }): AskedController => {
    const answers = process === 'running' && isInReach(world, id)
    const roles: Role[] = config.brokerListener === null ? ['controller'] : ['controller', 'broker']
    return {
      account: {
        address: `localhost:${9_000 + id}`,
        recordedId: id,
        registeredId: id,
        configured: false,
        reach: answers ? 'answers' : 'silent',
        nodeId: answers ? id : null,
        roles: answers ? roles : null,
        sameCluster: null,
        leaderId: null,
        leaderEpoch: null,
        sinceMs: 0,
        problem: '',
        certificate: null,
      },
      lead: null,
      leadStatedAtMs: null,
      leadsSinceMs: null,
      stated: null,
      remote: null,
      clusterId: null,
      failure: null,
    }
  })
}

/** Asks the quorum now. True where a leader answered. */
export function poll(world: World): boolean {
  const { dashboard, cluster } = world
  dashboard.polledAtMs = cluster.nowMs
  const quorum = findLeader(world)
  const leader = quorum === null ? null : liveNode(nodeOf(world, quorum.leaderId))
  let sample: QuorumSample
  if (quorum === null || leader === null) {
    const source = { nodeId: null, via: 'controller', address: '', tailing: false } as const
    sample = { kind: 'leaderless', observedAtMs: cluster.nowMs, source, namedLeaderId: null, sinceMs: cluster.nowMs }
    dashboard.leaderId = null
    dashboard.link = 'no-leader'
  } else {
    sample = ledSample(world, quorum)
    dashboard.leaderId = quorum.leaderId
    dashboard.highestEpoch = Math.max(dashboard.highestEpoch, quorum.epoch)
    dashboard.link = 'live'
    dashboard.nodes = nodeFacts(world, leader, sample)
    dashboard.reading = readBeside(world, leader)
  }
  const { view, remembered } = assess(
    { sample, ...dashboard.reading, racks: new Map(), asked: askedIn(world), incidents: [], incidentMemory: 'read' },
    dashboard.remembered,
  )
  dashboard.remembered = remembered
  dashboard.sample = sample
  dashboard.view = { cluster: 'proof', serverRunId: 'proof', seq: (dashboard.view?.seq ?? 0) + 1, ...view }
  dashboard.track = observe(
    dashboard.track,
    dashboard.view,
    cluster.nowMs,
    world.rules.thresholds,
    dashboard.reading.log,
  )
  return quorum !== null
}

/** Where each node that the view lists says that it listens. */
function endpointsOf(world: World): Map<number, Endpoint[]> {
  const { view, sample, reading } = world.dashboard
  const found = new Map<number, Endpoint[]>()
  for (const { nodeId } of view?.replicas ?? []) {
    if (found.has(nodeId)) continue
    const own = controllerEndpoints(nodeId, reading, sample)
    if (own.length > 0) found.set(nodeId, own)
  }
  return found
}

function probe(world: World, nodeId: number, endpoint: Endpoint): EndpointProbe {
  const behind = world.cluster.nodes.find((node) => node.config.controllerListener?.port === endpoint.port)
  const listens = (id: number) => world.cluster.nowMs - (world.since[id] ?? 0) >= LISTENS_AFTER_MS
  if (behind === undefined || behind.process === 'stopped' || (behind.process === 'running' && !listens(behind.id))) {
    return { endpoint, outcome: 'refused', isNode: null, detail: 'refused' }
  }
  if (behind.process === 'frozen' || !isInReach(world, behind.id))
    return { endpoint, outcome: 'silent', isNode: null, detail: 'silent' }
  return { endpoint, outcome: 'answers', isNode: behind.id === nodeId, detail: 'answers' }
}

function rolesOf({ controllerListener, brokerListener }: NodeState['config']): Role[] {
  return [
    ...(controllerListener === null ? [] : (['controller'] as const)),
    ...(brokerListener === null ? [] : (['broker'] as const)),
  ]
}

/** Every disk has room, and a replica takes a byte: of sizes the copy knows nothing. */
function disksOf({ data, cluster, dashboard }: World): Facts['disks'] {
  if (data === null) return null
  const replicas = new Map([...partitionsOf(data.placement)].map((p) => [`${p.topic}-${p.partition}`, 1] as const))
  const disk = { replicas, totalBytes: Number.MAX_SAFE_INTEGER, usableBytes: Number.MAX_SAFE_INTEGER }
  const ids = [...(dashboard.reading.log?.brokers.keys() ?? [])]
  return { atMs: cluster.nowMs, brokers: new Map(ids.map((id) => [id, disk])) }
}

function describeHosts({ cluster }: World): SandboxState {
  const nodes = cluster.nodes.map(
    ({ id, process, disk, config }): SandboxNode => ({
      nodeId: id,
      roles: rolesOf(config),
      state: disk === null ? 'wiped' : process,
      directoryId: disk?.directoryId ?? null,
      address: `localhost:${9_000 + id}`,
      actions: [],
      ...(config.editedIds === null ? {} : { bootstrapControllers: [...config.editedIds] }),
    }),
  )
  return { simulated: true, label: 'proof', nodes, lessons: [], lesson: null, toolAnswer: null }
}

/** Probes these nodes at all their addresses, and looks at the hosts. */
export function lookAt(world: World, nodeIds: readonly number[]): void {
  const { dashboard, cluster } = world
  const own = endpointsOf(world)
  const probes = new Map(dashboard.probes)
  for (const nodeId of new Set(nodeIds)) {
    const plannedVoter = dashboard.view?.replicas.find((r) => r.nodeId === nodeId && !isObserver(r))
    for (const endpoint of [...(own.get(nodeId) ?? []), ...(plannedVoter?.endpoints ?? [])]) {
      probes.set(probeKey(nodeId, endpoint), { atMs: cluster.nowMs, probe: probe(world, nodeId, endpoint) })
    }
  }
  dashboard.probes = probes
  if (world.data !== null) readNodes(world)
  dashboard.sandbox = describeHosts(world)
  dashboard.lookedAtMs = cluster.nowMs
}

export function factsOf(world: World): Facts {
  const { dashboard, cluster, rules } = world
  const { view, track, probes, link, sandbox } = dashboard
  const facts: Facts = {
    nowMs: cluster.nowMs,
    monotonicMs: cluster.nowMs,
    view,
    ageMs: view === null ? null : cluster.nowMs - dashboard.polledAtMs,
    link,
    track,
    thresholds: rules.thresholds,
    endpoints: endpointsOf(world),
    probes,
    log: dashboard.reading.log,
    nodes: dashboard.nodes,
    disks: disksOf(world),
    moves: null,
    movedAtMs: world.data?.movedAtMs ?? null,
    cruiseControl: null,
    hostsBusy: dashboard.hostWork !== null,
    sandbox,
    bootstrapControllers: ['localhost:9000'],
    commandConfig: null,
  }
  return rules.distort === null ? facts : rules.distort(facts)
}
