/**
 * Whom to ask, and when: polls the leader, and searches for it when it is gone. It decides which answers are believed; what
 * is made of them, and what is passed on, is the observer's. Whatever happens on the network, it goes on trying.
 */
import type { LinkState, Problem } from '../../../contract/clusters.ts'
import { hostPort } from '../../../contract/hostPort.ts'
import type { QuorumView } from '../../../contract/quorumView.ts'
import { clusterIdOf } from '../../../kafka/describeCluster.ts'
import { describeQuorum, type LedQuorum } from '../../../kafka/describeQuorum.ts'
import { asFailure, kafkaErrorName } from '../../../kafka/failure.ts'
import type { Clock } from '../clock.ts'
import type { FactsReading } from '../factsReading.ts'
import type { KnownAddresses } from '../knownAddresses.ts'
import type { NodeConnections } from '../nodeConnections.ts'
import { Pause } from '../pause.ts'
import type { Publishing } from '../publishing.ts'
import type { QuorumIdentity } from '../quorumIdentity.ts'
import { type Look, RefreshWaiters } from '../refreshWaiters.ts'
import { type Found, findLeader, type SearchResult } from './leaderSearch.ts'
import { controllersProblem, linkOfSearch, ownFault, wrongCluster } from './linkState.ts'

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
/** Longest wait for a fresh view. */
const REFRESH_TIMEOUT_MS = 3000
/** Longer than an old leader that is cut off goes on answering (check-quorum: 1.5 x fetch timeout). */
const REMADE_AFTER_MS = 10_000

/** What the poll works with, and whom it calls. */
export interface LeaderPollOptions {
  clock: Clock
  connections: NodeConnections
  addresses: KnownAddresses
  identity: QuorumIdentity
  facts: FactsReading
  published: Publishing
  /** The nodes refuse us, or cannot be reached. Awaited before they are asked again; never rejects. */
  onRefused(): Promise<void>
  /** Time from one poll to the next now, in ms. */
  intervalMs(): number
  /** Another one leads, or leads in another epoch; its answer follows. */
  onLeader(found: Found): void
  onLost(): void
  /** A leader answered, in no older epoch than one that was seen. */
  onAnswer(found: Found, quorum: LedQuorum): void
  /** Nobody leads, and the last view is old enough for another one. */
  onLeaderless(result: SearchResult): void
  /** The search found nobody who says what cluster it is. */
  onUnnamed(): Promise<void>
  /** What is wrong, where more is known of it than from the search. */
  explain(state: LinkState, problem: Problem): Problem
  /** Nothing that is known of the quorum holds any more. */
  onRemade(): void
}

export class LeaderPoll {
  readonly #options: LeaderPollOptions
  readonly #clock: Clock
  readonly #pause = new Pause()
  readonly #looks = new RefreshWaiters()
  #leader: Found | null = null
  #stopped = false
  #backOffMs = FIRST_BACK_OFF_MS
  #newest: 'nothing' | 'led' | 'leaderless' = 'nothing'
  /** Rises when all that is known is forgotten, so that what is still under way does not come back. */
  #generation = 0

  constructor(options: LeaderPollOptions) {
    this.#options = options
    this.#clock = options.clock
  }

  start(): void {
    void this.#loop()
  }

  stop(): void {
    this.#stopped = true
    this.#pause.wake()
    settle(this.#looks.waiting(), null)
  }

  /** Something has changed: ask now. */
  wake(): void {
    this.#pause.wake()
  }

  get leader(): Found | null {
    return this.#leader
  }

  /** A view whose answer was asked for after this call; `null` where nobody leads, or after 3 s. */
  async refresh(): Promise<QuorumView | null> {
    if (this.#stopped) return null
    const look = this.#looks.ask(REFRESH_TIMEOUT_MS)
    this.#pause.wake()
    return await look
  }

  lose(): void {
    this.#leader = null
    this.#options.onLost()
  }

  forget(): void {
    this.#generation += 1
    this.#leader = null
    this.#newest = 'nothing'
  }

  async #loop(): Promise<void> {
    const { published } = this.#options
    while (!this.#stopped) {
      const startedMs = this.#clock.monotonicMs()
      const asked = this.#looks.waiting()
      const searching = this.#leader === null
      const seqBefore = published.seq
      const pauseMs = await this.#round().catch((error: unknown) => this.#surprised(error))
      if (this.#stopped) return
      if (published.seq > seqBefore && this.#newest === 'led') settle(asked, published.view)
      // A poll that failed is followed by a search, which those who asked still wait for.
      else if (searching && this.#leader === null) settle(asked, null)
      await this.#pause.wait(Math.max(0, pauseMs - (this.#clock.monotonicMs() - startedMs)))
    }
  }

  /** @returns how long to wait before the next round, in ms */
  #round(): Promise<number> {
    return this.#leader === null ? this.#search() : this.#poll(this.#leader)
  }

  /** A fault of our own must not end the watch, and must not look like health either. */
  #surprised(error: unknown): number {
    this.lose()
    this.#options.published.setLink('unreachable', ownFault(error), [])
    return MAX_BACK_OFF_MS
  }

  /** @returns how long to wait before the next round, in ms */
  async #poll(found: Found): Promise<number> {
    const { identity, published, intervalMs } = this.#options
    let outcome: string
    try {
      const answer = await describeQuorum(found.connection)
      if (this.#stopped || this.#leader !== found) return 0
      if (answer.ok && answer.quorum.leaderEpoch >= identity.epoch) {
        const { quorum } = answer
        if (found.via === 'controller' && quorum.leaderEpoch !== found.quorum.leaderEpoch)
          this.#lead({ ...found, quorum })
        else this.#take(found, quorum)
        return published.view?.quorum.pendingVoterChange ? PENDING_PAUSE_MS : intervalMs()
      }
      outcome = answer.ok ? 'answers for an old epoch' : kafkaErrorName(answer.errorCode)
    } catch (error) {
      outcome = asFailure(hostPort(found.address), error).message
    }
    published.noteAttempts([{ address: hostPort(found.address), outcome }])
    if (this.#leader === found) this.lose()
    return 0
  }

  /** @returns how long to wait before the next round, in ms */
  async #search(): Promise<number> {
    const { connections, addresses, identity, facts, published, intervalMs } = this.#options
    const generation = this.#generation
    const { state: before } = published.link
    if (before === 'refused' || before === 'unreachable') await this.#options.onRefused()
    const result = await findLeader({ connections, addresses: addresses.all, minEpoch: identity.epoch })
    if (this.#isOver(generation)) return 0
    addresses.met(result.met)
    if (result.found !== null) {
      const ours = await this.#isOurs(result.found)
      if (this.#isOver(generation)) return 0
      if (!ours) return this.#nextBackOff()
      // What was kept of this quorum may know of a later epoch: the search goes on with that.
      if (result.found.quorum.leaderEpoch < identity.epoch) return 0
      this.#backOffMs = FIRST_BACK_OFF_MS
      facts.setControllersProblem(controllersProblem(result.found, result.attempts))
      this.#lead(result.found)
      // Through a broker every reading of the facts ends in a new search for the controllers: it must not start another.
      if (result.found.via === 'controller' || facts.facts.knowsVoterChanges === null) facts.wake()
      return intervalMs()
    }
    if (result.outdated !== null && !(await this.#stillOurs(result.outdated))) return this.#nextBackOff()
    if (this.#isOver(generation)) return 0
    await this.#options.onUnnamed()
    if (this.#isOver(generation)) return 0
    return this.#leaderless(result)
  }

  /** @returns how long to wait before the next round, in ms */
  #leaderless(result: SearchResult): number {
    const { published, explain, onLeaderless } = this.#options
    const { state, problem } = linkOfSearch(result)
    published.setLink(state, explain(state, problem), result.attempts)
    if (state !== 'no-leader') return this.#nextBackOff()
    if (this.#newest !== 'leaderless' || (published.ageMs ?? 0) >= LEADERLESS_VIEW_MS) {
      this.#newest = 'leaderless'
      onLeaderless(result)
    }
    return this.#clock.nowMs() - published.link.sinceMs < ELECTION_MS ? ELECTION_PAUSE_MS : LEADERLESS_PAUSE_MS
  }

  #isOver(generation: number): boolean {
    return this.#stopped || generation !== this.#generation
  }

  #nextBackOff(): number {
    const pause = this.#backOffMs
    this.#backOffMs = Math.min(MAX_BACK_OFF_MS, pause * 2)
    return pause
  }

  /** Whether it is our cluster. One that may not report it (no ALTER, through a controller) gets the benefit of the doubt. */
  async #isOurs(found: Found): Promise<boolean> {
    const { identity, facts, published } = this.#options
    const endpoints = found.via === 'controller' ? 'controllers' : 'brokers'
    const clusterId = await clusterIdOf(found.connection, endpoints)
    if (identity.isOther(clusterId)) {
      const problem = wrongCluster(identity.clusterId, clusterId, hostPort(found.address))
      published.setLink('unsupported', problem, [{ address: hostPort(found.address), outcome: problem.detail }])
      return false
    }
    await identity.identify(clusterId)
    facts.identified()
    return true
  }

  /**
   * Only a leader of an older epoch than we have seen answers. For some seconds it may be one that is cut off; if it
   * stays so, or names another cluster, the cluster was made anew and nothing that we know of it holds.
   * @returns false where another cluster answers
   */
  async #stillOurs(outdated: Found): Promise<boolean> {
    if (!(await this.#isOurs(outdated))) return false
    const { state, sinceMs } = this.#options.published.link
    const leaderlessMs = state === 'no-leader' ? this.#clock.nowMs() - sinceMs : 0
    if (leaderlessMs >= REMADE_AFTER_MS) this.#options.onRemade()
    return true
  }

  #lead(found: Found): void {
    const { addresses, identity, published, onLeader } = this.#options
    this.#leader = found
    addresses.named(found.quorum)
    identity.led(found.quorum.leaderEpoch)
    onLeader(found)
    published.setLink('live', null, [])
    this.#take(found, found.quorum)
  }

  #take(found: Found, quorum: LedQuorum): void {
    const { addresses, identity, onAnswer } = this.#options
    identity.led(quorum.leaderEpoch)
    addresses.recorded(quorum)
    this.#newest = 'led'
    onAnswer(found, quorum)
  }
}

function settle(looks: Look[], view: QuorumView | null): void {
  for (const look of looks) look(view)
}
