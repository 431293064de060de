/**
 * Watches one cluster: puts what its leader, its log, its nodes and its controllers report into one observation, has it
 * assessed, and publishes it. It never throws at its subscribers.
 */
import type { ClusterLink, LinkState, Problem } from '../../contract/clusters.ts'
import { hostPort } from '../../contract/hostPort.ts'
import type { QuorumEvent } from '../../contract/past/events.ts'
import type { IncidentClosing, QuorumMemoryStore } from '../../contract/quorumMemory.ts'
import type { Endpoint, Incident, QuorumView } from '../../contract/quorumView.ts'
import type { Address, Security } from '../../kafka/connection.ts'
import type { LedQuorum } from '../../kafka/describeQuorum.ts'
import { assess, NOTHING_REMEMBERED, type Remembered } from '../assessment/assess.ts'
import { leaderlessCause } from '../assessment/findings/leaderlessCause.ts'
import type { Racks } from '../assessment/findings/racks.ts'
import { SETTLE_FIRST } from '../assessment/findings/twoQuorums.ts'
import { controllerEndpoints, registeredPlaces } from '../assessment/registeredEndpoints.ts'
import type { ClusterFacts, NodeFacts, Observation, QuorumSample } from '../assessment/sample.ts'
import type { LogChange, LogFacts } from '../log/metadataLog.ts'
import type { Clock } from './clock.ts'
import { leadOf } from './controllers/askController.ts'
import { ControllerWatch } from './controllers/controllerWatch.ts'
import { FactsReading } from './factsReading.ts'
import { Incidents } from './incidents.ts'
import { KnownAddresses } from './knownAddresses.ts'
import { LeaderPoll } from './leader/leaderPoll.ts'
import type { Found, SearchResult } from './leader/leaderSearch.ts'
import { NodeConnections } from './nodeConnections.ts'
import { type ClusterStanding, type ObserverListener, Publishing } from './publishing.ts'
import { QuorumIdentity } from './quorumIdentity.ts'
import { LogFollowing } from './tail/logFollowing.ts'

/** A process has started: what it is configured with may be something else. */
function isRegistration({ kind }: { kind: string }): boolean {
  return kind === 'register-controller' || kind === 'register-broker' || kind === 'broker-fenced'
}

export interface ObserverOptions {
  cluster: string
  bootstrapControllers: Address[]
  bootstrapServers: Address[]
  security: Security
  /** The nodes refuse us, or cannot be reached: what `security` is made of may have been mended. Awaited before they are asked again. */
  onRefused?: () => Promise<void>
  /** Time from one poll to the next while nothing is being changed, in ms. */
  intervalMs: number
  serverRunId: string
  clock: Clock
  /** Racks that the operator named. */
  racks: Racks
  /** Refuse any other cluster; `null`: the first one that answers is the one. */
  expectedClusterId: string | null
  /** Where what must outlive this process is kept; `null`: nowhere. */
  memory: QuorumMemoryStore | null
  /** Something went wrong that nobody waits for. */
  onError(error: unknown): void
}

/** Between two polls while the quorum is being changed. */
const ACTIVE_INTERVAL_MS = 250

export class ClusterObserver {
  readonly cluster: string
  readonly #options: ObserverOptions
  readonly #clock: Clock
  readonly #connections: NodeConnections
  readonly #published: Publishing
  readonly #log: LogFollowing
  readonly #watch: ControllerWatch
  readonly #incidents: Incidents
  readonly #identity: QuorumIdentity
  readonly #addresses: KnownAddresses
  readonly #facts: FactsReading
  readonly #poll: LeaderPoll
  #active = false
  #sample: QuorumSample | null = null
  #remembered: Remembered = NOTHING_REMEMBERED

  constructor(options: ObserverOptions) {
    this.cluster = options.cluster
    this.#options = options
    this.#clock = options.clock
    this.#connections = new NodeConnections(options.security)
    this.#published = new Publishing(options)
    this.#log = new LogFollowing({
      security: options.security,
      clock: options.clock,
      clusterId: () => this.#identity.clusterId,
      onChange: (change, replay) => this.#onLogChange(change, replay),
      onEarlier: (change) => this.#published.tellEarlier(change),
      onTurn: () => this.#poll.wake(),
      onCommittedCut: (endOffset, committedTo) => this.#incidents.committedCut(endOffset, committedTo),
    })
    this.#incidents = new Incidents({
      clock: options.clock,
      store: options.memory,
      onIncident: (incident) => {
        this.#published.tellIncident(incident)
        this.#poll.wake()
      },
      onError: options.onError,
    })
    this.#watch = new ControllerWatch({
      connections: this.#connections,
      clock: options.clock,
      known: () => this.#addresses.controllers,
      clusterId: () => this.#identity.clusterId,
      linkState: () => this.link.state,
      active: () => this.#active,
      onChange: () => this.#poll.wake(),
    })
    this.#identity = new QuorumIdentity(options.expectedClusterId, this.#incidents)
    this.#addresses = new KnownAddresses(options)
    this.#facts = new FactsReading({
      connections: this.#connections,
      addresses: this.#addresses,
      identity: this.#identity,
      log: this.#log,
      bootstrapServers: options.bootstrapServers,
      leader: () => this.#poll.leader,
      onOther: () => {
        this.#poll.lose()
        this.#poll.wake()
      },
      onRead: (found) => {
        this.#poll.wake()
        // Watching through a broker: the way to the controllers may be open again.
        if (found.via === 'broker') this.#poll.lose()
      },
    })
    this.#poll = new LeaderPoll({
      clock: options.clock,
      connections: this.#connections,
      addresses: this.#addresses,
      identity: this.#identity,
      facts: this.#facts,
      published: this.#published,
      onRefused: async () => await options.onRefused?.().catch((error: unknown) => options.onError(error)),
      intervalMs: () => this.intervalMs,
      onLeader: (found) => {
        this.#log.follow(found)
        this.#watch.wake()
      },
      onLost: () => this.#log.pause(),
      onAnswer: (found, quorum) => this.#take(found, quorum),
      onLeaderless: (result) => this.#takeLeaderless(result),
      onUnnamed: () => this.#identifyByControllers(),
      explain: (state, problem) => this.#explain(state, problem),
      onRemade: () => this.#forgetQuorum(),
    })
  }

  start(): void {
    // What was kept of it counts from the start, also where nobody leads.
    void this.#identity.identify(null)
    this.#poll.start()
    this.#facts.start()
    this.#watch.start()
  }

  stop(): void {
    this.#poll.stop()
    this.#watch.stop()
    this.#facts.stop()
    this.#log.close()
    this.#connections.close()
  }

  subscribe(listener: ObserverListener): () => void {
    return this.#published.subscribe(listener)
  }

  get view(): QuorumView | null {
    return this.#published.view
  }

  get link(): ClusterLink {
    return this.#published.link
  }

  /** All of it that watchers are shown, as one piece. */
  get standing(): ClusterStanding {
    return this.#published.standing
  }

  /** Oldest first. */
  get events(): QuorumEvent[] {
    return this.#published.events
  }

  /** Age of the newest answer of the quorum by our monotonic clock; `null` before the first. */
  ageMs(): number | null {
    return this.#published.ageMs
  }

  /** Time from one poll to the next now, in ms. */
  get intervalMs(): number {
    return this.#active ? Math.min(ACTIVE_INTERVAL_MS, this.#options.intervalMs) : this.#options.intervalMs
  }

  /** While the quorum is being changed it is looked at more often. */
  setActive(active: boolean): void {
    const before = this.intervalMs
    this.#active = active
    if (this.intervalMs === before) return
    this.#published.setIntervalMs(this.intervalMs)
    if (this.intervalMs < before) this.#poll.wake()
  }

  /** Asks the leader anew. A view whose answer was asked for after this call; `null` where nobody leads, or after 3 s. */
  async refresh(): Promise<QuorumView | null> {
    const fresh = this.#poll.refresh()
    this.#watch.wake()
    return await fresh
  }

  /** Controller listeners of a node's own registration, whatever incarnation of it votes; empty where none is known. */
  controllerEndpoints(nodeId: number): Endpoint[] {
    return controllerEndpoints(nodeId, { log: this.#log.facts(), facts: this.#facts.facts }, this.#sample)
  }

  /** What the metadata log holds as it is followed; `null` where it is not. */
  get log(): LogFacts | null {
    return this.#log.facts()
  }

  /** What each node reports of its own configuration. */
  get nodes(): ReadonlyMap<number, NodeFacts> {
    return this.#facts.facts.nodes
  }

  /** The leader's controller listener; `null` while nobody leads, or where it is only reached through a broker. */
  get leaderAddress(): Address | null {
    const { leader } = this.#poll
    return leader?.via === 'controller' ? leader.address : null
  }

  /** Open ones, oldest first. */
  get incidents(): Incident[] {
    return this.#incidents.open
  }

  /** Ends an incident; it is shown no more, and is no reason to refuse. @returns false where it is not open */
  async closeIncident(id: string, closing: IncidentClosing): Promise<boolean> {
    const closed = await this.#incidents.close(id, closing)
    this.#poll.wake()
    return closed
  }

  /** Makes the cluster anew, at the same addresses: nothing known of it holds afterwards, and what is missing then is no loss. */
  async remake<T>(work: () => Promise<T>): Promise<T> {
    this.#incidents.suspend()
    try {
      return await work()
    } finally {
      this.#incidents.forget()
      this.#forgetQuorum()
    }
  }

  #forgetQuorum(): void {
    this.#watch.forget()
    this.#log.forget()
    this.#poll.forget()
    this.#facts.forget()
    this.#identity.forget()
    this.#sample = null
    this.#remembered = NOTHING_REMEMBERED
    this.#published.forget()
    this.#poll.wake()
  }

  /** While nobody leads, the controllers themselves may show more than the search does. */
  #explain(state: LinkState, problem: Problem): Problem {
    const cause = this.#causeOf(state) ?? problem
    const isContested = state === 'no-leader' && this.#incidents.open.length > 0
    return isContested ? { ...cause, remedy: SETTLE_FIRST } : cause
  }

  /** Why nobody leads, where the controllers themselves show more than the search; `null` where they do not. */
  #causeOf(state: LinkState): Problem | null {
    const { view } = this.#published
    const { asked } = this.#watch
    if (view === null || asked === null || this.#sample === null) return null
    // A refusal is the cause itself, unless the controllers refuse each other as well.
    if (state !== 'no-leader' && state !== 'refused' && state !== 'unreachable') return null
    const { code, title, detail, remedy } = leaderlessCause({ sample: this.#sample, asked }, view.quorum)
    if (state === 'refused' && code !== 'scram-only') return null
    if (state === 'unreachable' && code !== 'majority-down') return null
    return { code, title, detail, remedy }
  }

  /** No leader says what cluster it is: its controllers may, where they agree. */
  async #identifyByControllers(): Promise<void> {
    if (this.#incidents.memory === 'read') return
    await this.#identity.identify(this.#statedClusterId())
    this.#facts.identified()
  }

  #statedClusterId(): string | null {
    const stated = new Set(this.#watch.asked?.flatMap((one) => one.clusterId ?? []))
    const [clusterId] = stated
    return stated.size === 1 ? (clusterId ?? null) : null
  }

  #takeLeaderless({ attempts, namedLeaderId }: SearchResult): void {
    this.#publish({
      kind: 'leaderless',
      observedAtMs: this.#clock.nowMs(),
      source: { nodeId: null, via: 'controller', address: attempts[0]?.address ?? '', tailing: false },
      namedLeaderId,
      sinceMs: this.link.sinceMs,
    })
  }

  #take(found: Found, quorum: LedQuorum): void {
    if (quorum.highWatermark !== null) this.#log.committedUpTo(quorum.highWatermark, quorum.leaderEpoch)
    this.#incidents.judge(leadOf(quorum))
    this.#publish({
      kind: 'led',
      observedAtMs: this.#clock.nowMs(),
      monotonicMs: this.#clock.monotonicMs(),
      source: {
        nodeId: found.via === 'controller' ? quorum.leaderId : null,
        via: found.via,
        address: hostPort(found.address),
        tailing: this.#log.live,
      },
      ...quorum,
    })
  }

  #publish(sample: QuorumSample): void {
    this.#sample = sample
    const observedAtMonotonicMs = this.#clock.monotonicMs()
    const read = this.#facts.facts
    const facts: ClusterFacts = {
      ...read,
      missingAcls: this.#log.denied ? [...read.missingAcls, 'CLUSTER_ACTION'] : read.missingAcls,
      tailProblem: this.#log.problem,
    }
    const log = this.#log.facts()
    this.#addresses.registered(registeredPlaces({ log, facts: read }))
    const { asked } = this.#watch
    const observation: Observation = {
      sample,
      facts,
      log,
      racks: this.#options.racks,
      asked,
      incidents: this.#incidents.open,
      incidentMemory: this.#incidents.memory,
    }
    const { view, remembered } = assess(observation, this.#remembered)
    this.#remembered = remembered
    this.#published.publish(view, observedAtMonotonicMs, log !== null)
  }

  #onLogChange(change: LogChange, replay: boolean): void {
    this.#published.tellLog(change)
    // A new controller, or one with a new configuration, is asked for it at once.
    if (!replay && change.kind === 'appended' && isRegistration(change.logged.record)) {
      this.#facts.wake()
    }
    if (!replay) this.#poll.wake()
  }
}
