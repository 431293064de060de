/**
 * Watches one cluster: finds its leader, polls it, follows its metadata log, and publishes views, events and the state
 * of the link. Whatever happens on the network, it goes on trying; it never throws at its subscribers.
 */
import type { ClusterLink, LinkState, Problem } from '../../contract/clusters.ts'
import type { QuorumEvent } from '../../contract/events.ts'
import { hostPort } from '../../contract/hostPort.ts'
import type { IncidentClosing, QuorumMemoryStore } from '../../contract/quorumMemory.ts'
import type { Endpoint, Incident, QuorumView } from '../../contract/quorumView.ts'
import type { Address, Security } from '../../kafka/connection.ts'
import { clusterIdOf } from '../../kafka/describeCluster.ts'
import { describeQuorum, type LedQuorum } from '../../kafka/describeQuorum.ts'
import { asFailure, kafkaErrorName } from '../../kafka/failure.ts'
import { assess, NOTHING_REMEMBERED, type Remembered } from '../assessment/assess.ts'
import { leaderlessCause } from '../assessment/findings/leaderlessCause.ts'
import type { Racks } from '../assessment/findings/racks.ts'
import { SETTLE_FIRST } from '../assessment/findings/twoQuorums.ts'
import { type KnownController, knownControllers } from '../assessment/knownControllers.ts'
import { controllerEndpoints, registeredPlaces } from '../assessment/registeredEndpoints.ts'
import {
  type ClusterFacts,
  NO_FACTS,
  type NodeFacts,
  type Observation,
  type QuorumSample,
} from '../assessment/sample.ts'
import type { LogChange, LogFacts } from '../log/metadataLog.ts'
import { leadOf } from './askController.ts'
import type { Clock } from './clock.ts'
import { type ReadFacts, readClusterFacts } from './clusterFacts.ts'
import { ControllerWatch } from './controllerWatch.ts'
import { Incidents } from './incidents.ts'
import { type Attempt, type Found, findLeader } from './leaderSearch.ts'
import { linkOfSearch, wrongCluster } from './linkState.ts'
import { LogFollowing } from './logFollowing.ts'
import { NodeConnections } from './nodeConnections.ts'
import { Pause } from './pause.ts'
import { type ClusterStanding, type ObserverListener, Publishing } from './publishing.ts'
import { type Look, RefreshWaiters } from './refreshWaiters.ts'

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

const FACTS_EVERY_MS = 15_000
const FACTS_RETRY_MS = 1000
/** Between two searches while nobody leads: an election takes seconds, and its end is to be seen at once. */
const ELECTION_PAUSE_MS = 50
/** After this long without a leader it is no election any more, and searches are as far apart as this, in ms. */
const ELECTION_MS = 15_000
const LEADERLESS_PAUSE_MS = 500
/** Between two views while nobody leads. */
const LEADERLESS_VIEW_MS = 250
const FIRST_BACK_OFF_MS = 250
const MAX_BACK_OFF_MS = 5000
/** Between two polls while a voter change is not committed. */
const PENDING_PAUSE_MS = 100
/** Between two polls while the quorum is being changed. */
const ACTIVE_INTERVAL_MS = 250
/** Longest wait for a fresh view. */
const REFRESH_TIMEOUT_MS = 3000
/** Longer than an old leader that is cut off goes on answering (check-quorum: 1.5 x fetch timeout). */
const REMADE_AFTER_MS = 10_000
const MAX_ADDRESSES = 64

export class ClusterObserver {
  readonly cluster: string
  readonly #options: ObserverOptions
  readonly #clock: Clock
  readonly #connections: NodeConnections
  readonly #published: Publishing
  readonly #pollPause = new Pause()
  readonly #factsPause = new Pause()
  readonly #stopping = new AbortController()
  readonly #looks = new RefreshWaiters()
  readonly #log: LogFollowing
  readonly #watch: ControllerWatch
  readonly #incidents: Incidents
  #active = false
  #leader: Found | null = null
  #learned: Address[] = []
  /** Endpoints of the voter set and of the controllers' registrations, as they were last seen. */
  #recorded: ReadonlyMap<number, readonly Endpoint[]> = new Map()
  #registered: ReadonlyMap<number, readonly Endpoint[]> = new Map()
  #facts: ClusterFacts = NO_FACTS
  #clusterId: string | null
  #sample: QuorumSample | null = null
  #remembered: Remembered = NOTHING_REMEMBERED
  #highestEpoch = 0
  #backOffMs = FIRST_BACK_OFF_MS
  /** Rises when all that is known is forgotten, so that what is still under way does not come back. */
  #generation = 0

  constructor(options: ObserverOptions) {
    this.cluster = options.cluster
    this.#options = options
    this.#clock = options.clock
    this.#clusterId = options.expectedClusterId
    this.#connections = new NodeConnections(options.security)
    this.#published = new Publishing(options)
    this.#log = new LogFollowing({
      security: options.security,
      clock: options.clock,
      clusterId: () => this.#clusterId,
      onChange: (change, replay) => this.#onLogChange(change, replay),
      onTurn: () => this.#pollPause.wake(),
      onCommittedCut: (endOffset, committedTo) => this.#incidents.committedCut(endOffset, committedTo),
    })
    this.#incidents = new Incidents({
      clock: options.clock,
      store: options.memory,
      onIncident: (incident) => {
        this.#published.tellIncident(incident)
        this.#pollPause.wake()
      },
      onError: options.onError,
    })
    this.#watch = new ControllerWatch({
      connections: this.#connections,
      clock: options.clock,
      known: () => this.#knownControllers(),
      clusterId: () => this.#clusterId,
      linkState: () => this.link.state,
      active: () => this.#active,
      onChange: () => this.#pollPause.wake(),
    })
  }

  start(): void {
    // What was kept of it counts from the start, also where nobody leads.
    void this.#identify(null)
    void this.#pollLoop()
    void this.#factsLoop()
    this.#watch.start()
  }

  stop(): void {
    this.#stopping.abort()
    this.#watch.stop()
    this.#log.close()
    this.#pollPause.wake()
    this.#factsPause.wake()
    this.#connections.close()
    settle(this.#looks.waiting(), null)
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
    if (this.intervalMs < before) this.#pollPause.wake()
  }

  /** Asks the leader anew. A view whose answer was asked for after this call; `null` where nobody leads, or after 3 s. */
  async refresh(): Promise<QuorumView | null> {
    if (this.#stopped) return null
    const look = this.#looks.ask(REFRESH_TIMEOUT_MS)
    this.#pollPause.wake()
    this.#watch.wake()
    return await look
  }

  /** Controller listeners of a node's own registration, whatever incarnation of it votes; empty where none is known. */
  controllerEndpoints(nodeId: number): Endpoint[] {
    return controllerEndpoints(nodeId, { log: this.#log.facts(), facts: this.#facts }, this.#sample)
  }

  /** What the metadata log says as it is followed; `null` where it is not. */
  get log(): LogFacts | null {
    return this.#log.facts()
  }

  /** What each node says of its own configuration. */
  get nodes(): ReadonlyMap<number, NodeFacts> {
    return this.#facts.nodes
  }

  /** The leader's controller listener; `null` while nobody leads, or where it is only reached through a broker. */
  get leaderAddress(): Address | null {
    return this.#leader?.via === 'controller' ? this.#leader.address : null
  }

  /** Open ones, oldest first. */
  get incidents(): Incident[] {
    return this.#incidents.open
  }

  /** Ends an incident; it is shown no more, and is no reason to refuse. @returns false where it is not open */
  async closeIncident(id: string, closing: IncidentClosing): Promise<boolean> {
    const closed = await this.#incidents.close(id, closing)
    this.#pollPause.wake()
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
    this.#generation += 1
    this.#watch.forget()
    this.#log.forget()
    this.#leader = null
    this.#facts = NO_FACTS
    this.#clusterId = this.#options.expectedClusterId
    this.#sample = null
    this.#remembered = NOTHING_REMEMBERED
    this.#highestEpoch = 0
    this.#published.forget()
    this.#pollPause.wake()
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted
  }

  async #pollLoop(): Promise<void> {
    while (!this.#stopped) {
      const startedMs = this.#clock.monotonicMs()
      const asked = this.#looks.waiting()
      const searching = this.#leader === null
      const seqBefore = this.#published.seq
      const pauseMs = await this.#round().catch((error: unknown) => this.#surprised(error))
      if (this.#stopped) return
      if (this.#published.seq > seqBefore && this.#sample?.kind === 'led') settle(asked, this.view)
      // A poll that failed is followed by a search, which those who asked still wait for.
      else if (searching && this.#leader === null) settle(asked, null)
      await this.#pollPause.wait(Math.max(0, pauseMs - (this.#clock.monotonicMs() - startedMs)))
    }
  }

  /** @returns how long to wait before the next round, in ms */
  #round(): Promise<number> {
    return this.#leader === null ? this.#search() : this.#poll(this.#leader)
  }

  /** A fault of our own must not end the watch, and must not look like health either. */
  #surprised(error: unknown): number {
    this.#lose()
    this.#published.setLink(
      'unreachable',
      {
        code: 'internal-error',
        title: 'Quorumdeck failed to read this cluster',
        detail: `An error of Quorumdeck itself: ${error instanceof Error ? error.message : String(error)}.`,
        remedy: 'Quorumdeck tries again by itself. Please report it, with the log.',
      },
      [],
    )
    return MAX_BACK_OFF_MS
  }

  async #factsLoop(): Promise<void> {
    while (!this.#stopped) {
      const found = this.#leader
      if (found !== null) await this.#readFacts(found)
      if (this.#stopped) return
      // A cluster that is just being formed refuses DescribeCluster until its metadata.version is known.
      const incomplete = found !== null && this.#clusterId === null && !this.#facts.missingAcls.includes('ALTER')
      await this.#factsPause.wait(incomplete ? FACTS_RETRY_MS : FACTS_EVERY_MS)
    }
  }

  /** @returns how long to wait before the next round, in ms */
  async #poll(found: Found): Promise<number> {
    let outcome: string
    try {
      const answer = await describeQuorum(found.connection)
      if (this.#stopped || this.#leader !== found) return 0
      if (answer.ok && answer.quorum.leaderEpoch >= this.#highestEpoch) {
        const { quorum } = answer
        if (found.via === 'controller' && quorum.leaderEpoch !== found.quorum.leaderEpoch)
          this.#lead({ ...found, quorum })
        else this.#take(found, quorum)
        return this.view?.quorum.pendingVoterChange ? PENDING_PAUSE_MS : this.intervalMs
      }
      outcome = answer.ok ? 'answers for an old epoch' : kafkaErrorName(answer.errorCode)
    } catch (error) {
      outcome = asFailure(hostPort(found.address), error).message
    }
    this.#published.noteAttempts([{ address: hostPort(found.address), outcome }])
    if (this.#leader === found) this.#lose()
    return 0
  }

  /** @returns how long to wait before the next round, in ms */
  async #search(): Promise<number> {
    const { bootstrapControllers, bootstrapServers } = this.#options
    const generation = this.#generation
    const { state: before } = this.link
    if (before === 'refused' || before === 'unreachable') {
      await this.#options.onRefused?.().catch((error: unknown) => this.#options.onError(error))
    }
    const result = await findLeader({
      connections: this.#connections,
      addresses: [...bootstrapControllers, ...bootstrapServers, ...this.#learned],
      minEpoch: this.#highestEpoch,
    })
    if (this.#stopped || generation !== this.#generation) return 0
    this.#learned = result.met.slice(0, MAX_ADDRESSES)
    if (result.found !== null) {
      const ours = await this.#isOurs(result.found)
      if (this.#stopped || generation !== this.#generation) return 0
      if (!ours) return this.#nextBackOff()
      // What was kept of this quorum may know of a later epoch: the search goes on with that.
      if (result.found.quorum.leaderEpoch < this.#highestEpoch) return 0
      this.#backOffMs = FIRST_BACK_OFF_MS
      this.#setControllersProblem(result.found, result.attempts)
      this.#lead(result.found)
      // Through a broker every reading of the facts ends in a new search for the controllers: it must not start another.
      if (result.found.via === 'controller' || this.#facts.knowsVoterChanges === null) this.#factsPause.wake()
      return this.intervalMs
    }
    if (result.outdated !== null && !(await this.#stillOurs(result.outdated))) return this.#nextBackOff()
    if (this.#stopped || generation !== this.#generation) return 0
    if (this.#incidents.memory !== 'read') {
      await this.#identify(this.#statedClusterId())
      this.#facts = { ...this.#facts, clusterId: this.#clusterId }
    }
    if (this.#stopped || generation !== this.#generation) return 0
    const { state, problem } = linkOfSearch(result)
    const cause = this.#causeOf(state) ?? problem
    const isContested = state === 'no-leader' && this.#incidents.open.length > 0
    this.#published.setLink(state, isContested ? { ...cause, remedy: SETTLE_FIRST } : cause, result.attempts)
    if (state !== 'no-leader') return this.#nextBackOff()
    if (this.#sample?.kind !== 'leaderless' || (this.ageMs() ?? 0) >= LEADERLESS_VIEW_MS) {
      this.#publish({
        kind: 'leaderless',
        observedAtMs: this.#clock.nowMs(),
        source: { nodeId: null, via: 'controller', address: result.attempts[0]?.address ?? '', tailing: false },
        namedLeaderId: result.namedLeaderId,
        sinceMs: this.link.sinceMs,
      })
    }
    return this.#clock.nowMs() - this.link.sinceMs < ELECTION_MS ? ELECTION_PAUSE_MS : LEADERLESS_PAUSE_MS
  }

  /** Why nobody leads, where the controllers themselves tell more than the search; `null` where they do not. */
  #causeOf(state: LinkState): Problem | null {
    const { view } = this.#published
    const { asked } = this.#watch
    if (view === null || asked === null || this.#sample === null) return null
    // A refusal is the cause itself, unless the controllers refuse each other as well.
    if (state !== 'no-leader' && state !== 'refused') return null
    const { code, title, detail, remedy } = leaderlessCause({ sample: this.#sample, asked }, view.quorum)
    if (state === 'refused' && code !== 'scram-only') return null
    return { code, title, detail, remedy }
  }

  #nextBackOff(): number {
    const pause = this.#backOffMs
    this.#backOffMs = Math.min(MAX_BACK_OFF_MS, pause * 2)
    return pause
  }

  /** Whether it is our cluster. One that may not tell (no ALTER, through a controller) gets the benefit of the doubt. */
  async #isOurs(found: Found): Promise<boolean> {
    const endpoints = found.via === 'controller' ? 'controllers' : 'brokers'
    const clusterId = await clusterIdOf(found.connection, endpoints)
    if (clusterId !== null && this.#clusterId !== null && clusterId !== this.#clusterId) {
      const problem = wrongCluster(this.#clusterId, clusterId, hostPort(found.address))
      this.#published.setLink('unsupported', problem, [{ address: hostPort(found.address), outcome: problem.detail }])
      return false
    }
    await this.#identify(clusterId)
    this.#facts = { ...this.#facts, clusterId: this.#clusterId }
    return true
  }

  /**
   * Only a leader of an older epoch than we have seen answers. For some seconds it may be one that is cut off; if it
   * stays so, or names another cluster, the cluster was made anew and nothing that we know of it holds.
   * @returns false where another cluster answers
   */
  async #stillOurs(outdated: Found): Promise<boolean> {
    if (!(await this.#isOurs(outdated))) return false
    const leaderlessMs = this.link.state === 'no-leader' ? this.#clock.nowMs() - this.link.sinceMs : 0
    if (leaderlessMs >= REMADE_AFTER_MS) this.#forgetQuorum()
    return true
  }

  async #readFacts(found: Found): Promise<void> {
    const generation = this.#generation
    const facts = await readClusterFacts({
      found,
      connections: this.#connections,
      brokerSeeds: this.#options.bootstrapServers,
      registered: this.#log.facts()?.controllers ?? new Map(),
      registeredBrokers: this.#log.facts()?.brokers ?? new Map(),
      before: this.#facts,
    })
    if (this.#stopped || generation !== this.#generation || this.#leader !== found) return
    this.#connections.keepOnly(this.#usedAddresses(facts))
    if (facts.clusterId !== null && this.#clusterId !== null && facts.clusterId !== this.#clusterId) {
      this.#lose()
      this.#pollPause.wake()
      return
    }
    await this.#identify(facts.clusterId)
    this.#facts = { ...this.#facts, ...facts, clusterId: this.#clusterId }
    this.#pollPause.wake()
    // Watching through a broker: the way to the controllers may be open again.
    if (found.via === 'broker') this.#lose()
  }

  /** The cluster id is known, for the first time perhaps: what was kept of this quorum counts from now on. */
  async #identify(clusterId: string | null): Promise<void> {
    this.#clusterId ??= clusterId
    if (this.#clusterId === null) return
    const isNews = await this.#incidents.of(this.#clusterId)
    if (isNews) this.#highestEpoch = Math.max(this.#highestEpoch, this.#incidents.epoch)
  }

  /** Of which cluster the controllers say they are, while no leader has said it; `null` where they do not agree. */
  #statedClusterId(): string | null {
    const stated = new Set(this.#watch.asked?.flatMap((one) => one.clusterId ?? []))
    const [clusterId] = stated
    return stated.size === 1 ? (clusterId ?? null) : null
  }

  /** Where anybody may be asked again. */
  #usedAddresses({ brokers, controllers }: ReadFacts): ReadonlySet<string> {
    const { bootstrapControllers, bootstrapServers } = this.#options
    const used = new Set([...bootstrapControllers, ...bootstrapServers, ...this.#learned].map(hostPort))
    for (const { address } of this.#knownControllers()) used.add(hostPort(address))
    const log = this.#log.facts()
    for (const listed of [brokers, log?.brokers]) {
      for (const { endpoints } of listed?.values() ?? []) for (const one of endpoints) used.add(hostPort(one))
    }
    for (const endpoints of controllers?.values() ?? []) for (const one of endpoints) used.add(hostPort(one))
    return used
  }

  #knownControllers(): KnownController[] {
    const { bootstrapControllers, bootstrapServers } = this.#options
    const brokers = new Set(bootstrapServers.map(hostPort))
    return knownControllers({
      configured: bootstrapControllers,
      recorded: this.#recorded,
      registered: this.#registered,
      learned: this.#learned.filter((address) => !brokers.has(hostPort(address))),
    })
  }

  #setControllersProblem(found: Found, attempts: Attempt[]): void {
    const voters = [...found.quorum.voterEndpoints.values()].flat().map(hostPort)
    const tried = attempts.filter((a) => voters.includes(a.address))
    const detail =
      tried.length === 0
        ? 'The broker names no controller endpoints.'
        : `${tried.map((a) => `${a.address}: ${a.outcome}`).join('; ')}.`
    this.#facts = { ...this.#facts, controllersProblem: found.via === 'broker' ? detail : null }
  }

  #lead(found: Found): void {
    this.#leader = found
    this.#learned = [...this.#learned, ...[...found.quorum.voterEndpoints.values()].flat()]
      .filter((a, i, all) => all.findIndex((b) => hostPort(b) === hostPort(a)) === i)
      .slice(-MAX_ADDRESSES)
    this.#highestEpoch = Math.max(this.#highestEpoch, found.quorum.leaderEpoch)
    this.#log.follow(found)
    this.#published.setLink('live', null, [])
    this.#take(found, found.quorum)
    this.#watch.wake()
  }

  #lose(): void {
    this.#leader = null
    this.#log.pause()
  }

  #take(found: Found, quorum: LedQuorum): void {
    this.#highestEpoch = Math.max(this.#highestEpoch, quorum.leaderEpoch)
    if (quorum.highWatermark !== null) this.#log.committedUpTo(quorum.highWatermark, quorum.leaderEpoch)
    if (quorum.voterEndpoints.size > 0) this.#recorded = quorum.voterEndpoints
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
    const { missingAcls } = this.#facts
    const facts: ClusterFacts = {
      ...this.#facts,
      missingAcls: this.#log.denied ? [...missingAcls, 'CLUSTER_ACTION'] : missingAcls,
      tailProblem: this.#log.problem,
    }
    const log = this.#log.facts()
    this.#registered = registeredPlaces({ log, facts: this.#facts })
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
      this.#factsPause.wake()
    }
    if (!replay) this.#pollPause.wake()
  }
}

function settle(looks: Look[], view: QuorumView | null): void {
  for (const look of looks) look(view)
}
