/**
 * The incidents of one quorum, kept by its cluster id where a store is given, so that they outlive this process. What is
 * known to be committed is written down at most every few seconds: after a crash it is a little low, never too high. A
 * quorum is judged from its first answer on; nothing is written before what was kept is read, or it would be lost.
 */
import type {
  CommittedMark,
  IncidentClosing,
  KeptIncident,
  QuorumMemory,
  QuorumMemoryStore,
} from '../../contract/quorumMemory.ts'
import type { Incident, IncidentMemory } from '../../contract/quorumView.ts'
import { type FoundIncident, judgeCommitted, type ShownLog } from '../assessment/committedMark.ts'
import type { Clock } from './clock.ts'

export interface IncidentsOptions {
  clock: Clock
  store: QuorumMemoryStore | null
  onIncident(incident: Incident): void
  onError(error: unknown): void
}

const KEEP_EVERY_MS = 5000
/** From one try to read what was kept to the next; a search for the leader asks many times a second. */
const RETRY_MS = 5000
/** Of the closed ones, the newest are kept. */
const MAX_KEPT = 50

export class Incidents {
  readonly #options: IncidentsOptions
  #clusterId: string | null = null
  #memory: IncidentMemory = 'pending'
  #isSuspended = false
  #mark: CommittedMark | null = null
  #kept: KeptIncident[] = []
  #keptAtMs = Number.NEGATIVE_INFINITY
  #failedAtMs = Number.NEGATIVE_INFINITY
  #writing: Promise<void> = Promise.resolve()

  constructor(options: IncidentsOptions) {
    this.#options = options
  }

  /** Oldest first. */
  get open(): Incident[] {
    return this.#kept.filter(({ closed }) => closed === null).map(({ incident }) => incident)
  }

  /** The highest epoch a leader was seen with by this process or one before it; 0 where none was. */
  get epoch(): number {
    return this.#mark?.leaderEpoch ?? 0
  }

  get memory(): IncidentMemory {
    return this.#options.store === null ? 'read' : this.#memory
  }

  /**
   * Whose quorum it is. What was kept of it is there when this resolves; where the store does not give it, a call
   * some seconds later tries again. @returns whether it was read now
   */
  async of(clusterId: string): Promise<boolean> {
    const { store, clock, onError } = this.#options
    const isTooSoon = this.#memory === 'failed' && clock.monotonicMs() - this.#failedAtMs < RETRY_MS
    if (this.#clusterId === clusterId && (this.#memory === 'read' || isTooSoon)) return false
    // Another quorum from here on; what was seen before the first id was known is of this one.
    if (this.#clusterId !== null && this.#clusterId !== clusterId) this.#begin()
    this.#clusterId = clusterId
    let kept: QuorumMemory | null = null
    try {
      kept = (await store?.read(clusterId)) ?? null
    } catch (error) {
      if (this.#clusterId === clusterId) this.#memory = 'failed'
      this.#failedAtMs = clock.monotonicMs()
      onError(error)
      return false
    }
    if (this.#clusterId !== clusterId || this.#memory === 'read') return false
    this.#memory = 'read'
    const own = this.#kept
    this.#kept = kept?.incidents ?? []
    // What was committed before counts; what is seen next is judged by it.
    this.#mark = kept?.mark ?? this.#mark
    for (const one of own) if (!this.#isOpen(one.incident.kind)) this.#kept = [...this.#kept, one].slice(-MAX_KEPT)
    if (own.length > 0) this.#keep()
    return true
  }

  /** A leader showed its log. */
  judge(shown: ShownLog): void {
    if (this.#isSuspended) return
    const { mark, found } = judgeCommitted(this.#mark, shown)
    this.#mark = mark
    if (found !== null) this.#open(found)
    else if (this.#options.clock.monotonicMs() - this.#keptAtMs >= KEEP_EVERY_MS) this.#keep()
  }

  /** The leader has cut records off that were committed; its log may be longer than before all the same. */
  committedCut(endOffset: number, committedTo: number): void {
    if (this.#isSuspended) return
    this.#open({
      kind: 'metadata-missing',
      title: `Committed metadata was cut off: records from ${endOffset.toLocaleString('en-US')} on are not in the leader's log`,
      detail:
        `Records up to ${committedTo.toLocaleString('en-US')} were committed; the log of the controller that leads now goes another way from ` +
        `${endOffset.toLocaleString('en-US')} on. Stop here: start, restart, format and remove no controller, and keep every controller disk as it is. ` +
        'One of them holds what is missing.',
    })
  }

  /** @returns false where there is no such open incident */
  async close(id: string, closing: IncidentClosing): Promise<boolean> {
    const at = this.#kept.find(({ incident, closed }) => incident.id === id && closed === null)
    if (at === undefined) return false
    at.closed = closing
    this.#keep()
    await this.#writing
    return true
  }

  /** The quorum is being made anew on purpose: what its new leader shows is no loss. Until `forget`. */
  suspend(): void {
    this.#isSuspended = true
  }

  /** The quorum was made anew on purpose: what was committed in the old one says nothing. */
  forget(): void {
    this.#isSuspended = false
    this.#mark = null
    this.#kept = []
    this.#keep()
  }

  #begin(): void {
    this.#mark = null
    this.#kept = []
    this.#memory = 'pending'
    this.#keptAtMs = Number.NEGATIVE_INFINITY
  }

  #isOpen(kind: Incident['kind']): boolean {
    return this.#kept.some(({ closed, incident }) => closed === null && incident.kind === kind)
  }

  #open(found: FoundIncident): void {
    // One at a time of a kind: while it is open, the first one holds what was there before.
    if (this.#isOpen(found.kind)) return
    const firstSeenAtMs = this.#options.clock.nowMs()
    const incident: Incident = { ...found, id: `${found.kind}-${firstSeenAtMs}`, firstSeenAtMs }
    this.#kept = [...this.#kept, { incident, closed: null }].slice(-MAX_KEPT)
    this.#keep()
    this.#options.onIncident(incident)
  }

  #keep(): void {
    const { store, clock, onError } = this.#options
    if (store === null || this.#clusterId === null || this.#memory !== 'read') return
    this.#keptAtMs = clock.monotonicMs()
    const [clusterId, memory] = [this.#clusterId, structuredClone({ mark: this.#mark, incidents: this.#kept })]
    this.#writing = this.#writing.then(() => store.keep(clusterId, memory)).catch(onError)
  }
}
