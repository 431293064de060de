/** Gathers what the rules look at: the track of every view, registered endpoints, probes, hosts of a sandbox. */

import type { Endpoint, QuorumView } from '../../../contract/quorumView.ts'
import type { SandboxState } from '../../../contract/sandbox.ts'
import { isObserver } from '../../../contract/voters.ts'
import { hostedByAny, reassigning } from '../../../quorum/log/placement.ts'
import type { Clock } from '../../../quorum/reading/clock.ts'
import { dryRunOfNow, handOver, markerOf, wasAsked } from '../../moves/handOver.ts'
import { type Facts, probeKey } from '../../run/facts.ts'
import type { ChangeRules } from '../../run/permission/changeRules.ts'
import type { EndpointProbe, WorkflowCluster } from '../../run/ports.ts'
import type { Run } from '../../run/run.ts'
import type { Thresholds } from '../../run/thresholds.ts'
import { afterLook, copiedBytes, type MoveTrail } from '../../run/windows/moveTrail.ts'
import { EMPTY_TRACK, observe, type Track } from '../../run/windows/track.ts'
import { CruiseControlLooks } from './cruiseControlLooks.ts'

/** Whoever only reads gets facts that are at most this old, in ms; decisions take those of the moment. */
const LATELY_MS = 100

/** A broker goes through all of its partitions for the answer, so it is asked less often than endpoints are, in ms. */
const DISKS_EVERY_MS = 5000

export class FactsGathering {
  readonly #cluster: WorkflowCluster
  readonly #thresholds: Thresholds
  readonly #clock: Clock
  readonly #rules: (() => ChangeRules) | undefined
  readonly #probes = new Map<string, { atMs: number; probe: EndpointProbe }>()
  #track: Track = EMPTY_TRACK
  #sandbox: SandboxState | null = null
  #disks: Facts['disks'] = null
  #movedAtMs: number | null = null
  #moved = ''
  #moves: MoveTrail | null = null
  readonly #cruiseControl: CruiseControlLooks
  #hostsBusy = false
  /** `null` where something was seen since. */
  #last: Facts | null = null

  /** @param rules of now, in place of those of the thresholds */
  constructor(cluster: WorkflowCluster, thresholds: Thresholds, clock: Clock, rules?: () => ChangeRules) {
    this.#cluster = cluster
    this.#thresholds = thresholds
    this.#clock = clock
    this.#rules = rules
    this.#cruiseControl = new CruiseControlLooks(cluster.cruiseControl, clock)
  }

  set hostsBusy(busy: boolean) {
    this.#hostsBusy = busy
    this.#last = null
  }

  see(view: QuorumView): void {
    this.#last = null
    this.#track = observe(this.#track, view, this.#clock.monotonicMs(), this.#thresholds, this.#cluster.source.log)
  }

  /** What was remembered of the quorum before it was made anew. */
  forget(): void {
    this.#last = null
    this.#track = EMPTY_TRACK
    this.#probes.clear()
    this.#disks = null
    this.#moves = null
    this.#movedAtMs = null
  }

  /** The same facts for readers that come together: steps are evaluated once for all of them. */
  lately(): Facts {
    const { view, link } = this.#cluster.source
    const last = this.#last
    if (last === null || last.view !== view || last.link !== link.state) return this.facts()
    return this.#clock.monotonicMs() - last.monotonicMs < LATELY_MS ? last : this.facts()
  }

  facts(): Facts {
    const facts = this.#gathered()
    this.#last = facts
    return facts
  }

  #gathered(): Facts {
    const { source, bootstrapControllers, commandConfig } = this.#cluster
    const { view } = source
    const endpoints = new Map<number, Endpoint[]>()
    for (const row of view?.replicas ?? []) {
      if (endpoints.has(row.nodeId)) continue
      const own = source.controllerEndpoints(row.nodeId)
      if (own.length > 0) endpoints.set(row.nodeId, own)
    }
    return {
      nowMs: this.#clock.nowMs(),
      monotonicMs: this.#clock.monotonicMs(),
      view,
      ageMs: source.ageMs(),
      link: source.link.state,
      track: this.#track,
      thresholds: this.#rules === undefined ? this.#thresholds : { ...this.#thresholds, changeRules: this.#rules() },
      endpoints,
      probes: this.#probes,
      log: source.log,
      nodes: source.nodes,
      disks: this.#disks,
      moves: this.#moves,
      movedAtMs: this.#movedAtMs,
      cruiseControl: this.#cruiseControl.facts(),
      hostsBusy: this.#hostsBusy,
      sandbox: this.#sandbox,
      bootstrapControllers,
      commandConfig,
    }
  }

  /**
   * Asks all brokers for their disks, where a run moves partitions.
   * @param retiring the brokers that are emptied
   */
  async lookAtDisks(retiring: readonly number[]): Promise<void> {
    const { source, reads } = this.#cluster
    const { log } = source
    const lookedMs = this.#disks === null ? Number.POSITIVE_INFINITY : this.#clock.monotonicMs() - this.#disks.atMs
    if (log === null || lookedMs < DISKS_EVERY_MS) return
    const concerned = new Set(
      [...hostedByAny(log.placement, retiring), ...reassigning(log.placement), ...(this.#moves?.hosted ?? [])].map(
        ({ topic, partition }) => `${topic}-${partition}`,
      ),
    )
    const brokers = await reads.disks([...log.brokers.keys()], concerned)
    const atMs = this.#clock.monotonicMs()
    const { placement } = log
    const moving = reassigning(placement).length
    // What producers write is no progress: only what the receiving brokers have of the moves counts.
    const moved = `${moving} ${copiedBytes(placement, brokers)}`
    if (moving === 0 || moved !== this.#moved || this.#movedAtMs === null) this.#movedAtMs = atMs
    this.#moved = moved
    this.#disks = { atMs, brokers }
    this.#last = null
    this.#moves = afterLook(this.#moves, retiring, { atMs, placement, brokers })
  }

  /** One look at Cruise Control, which is waited for: right before it is asked for something. */
  async lookAtCruiseControlNow(): Promise<void> {
    await this.#cruiseControl.lookNow()
  }

  /** Begins to ask Cruise Control, where one is configured; nobody waits for it. @param run that empties brokers */
  lookAtCruiseControl(run: Run): void {
    const facts = this.facts()
    const { state, executor } = handOver(run, facts)
    const brokers = run.params.nodeIds ?? []
    const needsDryRun = state === 'chosen' && dryRunOfNow(run, facts) === null
    this.#cruiseControl.look({
      // Seen at work it is known by its executor alone.
      tasks: wasAsked(run) && executor === null,
      counts: state === 'chosen',
      dryRun: needsDryRun ? { brokers, marker: markerOf(run) } : null,
    })
  }

  /**
   * Asks who answers at the addresses of these nodes, those that they registered and those in the voter set: an old
   * incarnation may have listened elsewhere. Asks the sandbox for its hosts.
   * @param places where else nodes may be, by id: of a quorum that nobody leads the disks have it
   */
  async look(nodeIds: readonly number[], places: ReadonlyMap<number, readonly Endpoint[]> = new Map()): Promise<void> {
    const { source, writes, hosts } = this.#cluster
    const probing = [...new Set([...nodeIds, ...places.keys()])].map(async (nodeId) => {
      const plannedVoter = source.view?.replicas.find((r) => r.nodeId === nodeId && !isObserver(r))
      const endpoints = new Map<string, Endpoint>()
      for (const endpoint of [
        ...source.controllerEndpoints(nodeId),
        ...(plannedVoter?.endpoints ?? []),
        ...(places.get(nodeId) ?? []),
      ]) {
        endpoints.set(probeKey(nodeId, endpoint), endpoint)
      }
      const probes = endpoints.size === 0 ? [] : await writes.probe(nodeId, [...endpoints.values()])
      const atMs = this.#clock.monotonicMs()
      for (const probe of probes) this.#probes.set(probeKey(nodeId, probe.endpoint), { atMs, probe })
    })
    const looking = hosts === null ? Promise.resolve(null) : hosts.describe().catch(() => null)
    const [sandbox] = await Promise.all([looking, ...probing])
    this.#sandbox = sandbox
    this.#last = null
  }
}
