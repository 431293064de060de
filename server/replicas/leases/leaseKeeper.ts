/**
 * Holds leases of clusters for this replica: renews those it has, takes those that are free, up to its share, and gives some back
 * where another has too few. A lease that cannot be renewed counts as lost here *before* it ends in the database; it is taken up
 * again where nobody else has it when the database answers again.
 */
import type { Clock } from '../../quorum/reading/clock.ts'
import type { Fence } from '../../storage/fence.ts'
import { fenceOf, type Lease, type LeaseStore, type ReplicaSeen } from '../../storage/leases.ts'
import { DatabaseClock } from './databaseClock.ts'
import { fairShare, toGiveBack, toTake } from './share.ts'

/** How long a lease lasts without being renewed: whoever is killed is followed after this, in ms. */
const LEASE_MS = 3000
/** Earlier than its end in the database a lease is not believed any more: clocks may run unlike, and what was begun takes time. */
const MARGIN_MS = 700
/** From one look at the leases to the next. */
const LOOK_MS = 300
/** A replica that was not seen for so long is not counted. */
const SEEN_MS = 4000
const SEEN_EVERY_MS = 1000
/** Rebalancing is in no hurry. */
const BALANCE_EVERY_MS = 3000

export interface LeaseKeeperOptions {
  store: LeaseStore
  self: ReplicaSeen
  clock: Clock
  /** Clusters that this replica could watch. */
  wanted: () => readonly string[]
  /** Whether it may be given to another now: nothing goes on that would be broken off. */
  mayMove: (cluster: string) => boolean
  onTaken: (cluster: string, token: number) => void
  onLost: (cluster: string) => void
  /** The database has answered: held leases were renewed. */
  onRenewed: () => void
  onError: (error: unknown) => void
}

interface Held {
  token: number
  /** On our monotonic clock; beyond this nothing may be done in its name. */
  untilMs: number
}

export class LeaseKeeper {
  readonly clock: DatabaseClock
  readonly fence: Fence
  readonly #options: LeaseKeeperOptions
  readonly #held = new Map<string, Held>()
  #known = new Map<string, Lease>()
  #peers: readonly ReplicaSeen[] = []
  #seenAtMs = Number.NEGATIVE_INFINITY
  #balancedAtMs = Number.NEGATIVE_INFINITY
  #problem: string | null = null
  #timer: NodeJS.Timeout | null = null
  #round: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: LeaseKeeperOptions) {
    this.#options = options
    this.clock = new DatabaseClock(options.clock.monotonicMs)
    this.fence = fenceOf(options.self.id, (cluster) => this.tokenOf(cluster))
  }

  /** The first look, and all that follow. */
  async start(): Promise<void> {
    await this.#look()
    this.#wait()
  }

  /** The token of what is held, whether or not it may still be used. */
  tokenOf(cluster: string): number | null {
    return this.#held.get(cluster)?.token ?? null
  }

  /** Held, and certain for now. */
  isCertain(cluster: string): boolean {
    const held = this.#held.get(cluster)
    return held !== undefined && this.#options.clock.monotonicMs() < held.untilMs
  }

  get held(): string[] {
    return [...this.#held.keys()]
  }

  /** Who watches it, as the database said last; `null`: nobody, or nobody knows. */
  holderOf(cluster: string): string | null {
    if (this.#held.has(cluster)) return this.#options.self.id
    const known = this.#known.get(cluster)
    return known === undefined || known.holder === '' || known.leftMs <= 0 ? null : known.holder
  }

  /** All replicas that are here, this one too. */
  get peers(): readonly ReplicaSeen[] {
    return this.#peers
  }

  nameOf(id: string): string {
    return this.#peers.find((peer) => peer.id === id)?.name ?? id
  }

  /** Why the database does not answer; `null` where it does. */
  get problem(): string | null {
    return this.#problem
  }

  /**
   * Asks the database whether the lease is still ours: right before anything is sent to a quorum.
   * @returns why it must not be sent; `null` where it may
   */
  async objection(cluster: string): Promise<string | null> {
    const held = this.#held.get(cluster)
    if (held === undefined) return 'Another Quorumdeck watches this cluster now.'
    try {
      const isHeld = await this.#options.store.isHeld(this.#options.self.id, cluster, held.token)
      if (!isHeld) return 'The lease of this cluster has ended; another Quorumdeck may have taken over.'
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      return `Whether this Quorumdeck still has the lease of the cluster is not known: ${words}`
    }
    // The answer may have taken its time.
    return this.isCertain(cluster) ? null : 'The lease of this cluster could not be renewed in time.'
  }

  /** One cluster is not watched here any more. */
  async giveBack(cluster: string): Promise<void> {
    if (!this.#held.delete(cluster)) return
    await this.#options.store.giveBack(this.#options.self.id, [cluster])
  }

  /** Gives back all: others take over at once. What stands for a lease must have ended before. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#round
    const held = this.held
    this.#held.clear()
    await this.#options.store.giveBack(this.#options.self.id, held).catch(() => {})
    await this.#options.store.gone(this.#options.self.id).catch(() => {})
  }

  #wait(): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      this.#round = this.#look().finally(() => this.#wait())
    }, LOOK_MS)
  }

  async #look(): Promise<void> {
    const { store, self, clock, onRenewed } = this.#options
    try {
      await this.#renew()
      if (clock.monotonicMs() - this.#seenAtMs >= SEEN_EVERY_MS) {
        this.#peers = await store.seen(self, SEEN_MS)
        this.#seenAtMs = clock.monotonicMs()
        await this.clock.read(() => store.nowMs())
      }
      this.#known = new Map((await store.all()).map((lease) => [lease.cluster, lease]))
      if (this.#problem !== null) this.#problem = null
      await this.#take()
      await this.#balance()
      onRenewed()
    } catch (error) {
      if (this.#problem === null) this.#options.onError(error)
      this.#problem = error instanceof Error ? error.message : String(error)
    }
  }

  async #renew(): Promise<void> {
    const { store, self, clock, onLost } = this.#options
    const before = new Map([...this.#held].map(([cluster, { token }]) => [cluster, token]))
    // Counted from before the question: the database counts from later.
    const askedMs = clock.monotonicMs()
    const renewed = await store.renew(self.id, before, LEASE_MS)
    for (const [cluster, token] of before) {
      const held = this.#held.get(cluster)
      if (held === undefined || held.token !== token) continue
      if (renewed.has(cluster)) held.untilMs = askedMs + LEASE_MS - MARGIN_MS
      else {
        this.#held.delete(cluster)
        onLost(cluster)
      }
    }
  }

  async #take(): Promise<void> {
    const { store, self, clock, wanted, onTaken } = this.#options
    if (this.#closed) return
    const free = wanted().filter((cluster) => !this.#held.has(cluster) && (this.#known.get(cluster)?.leftMs ?? 0) <= 0)
    const share = fairShare(wanted().length, this.#peers.length)
    const orphaned = (cluster: string) => {
      // Whoever had it did not renew it. One that was given back is for whoever has too few.
      return (this.#known.get(cluster)?.holder ?? '') !== ''
    }
    const asked = toTake({ free, held: this.#held.size, share, isOrphaned: orphaned })
    const askedMs = clock.monotonicMs()
    const taken = await store.take(self.id, asked, LEASE_MS)
    for (const [cluster, token] of taken) {
      this.#held.set(cluster, { token, untilMs: askedMs + LEASE_MS - MARGIN_MS })
      onTaken(cluster, token)
    }
  }

  /** Another replica is here and has less than its share: it gets some of ours that nothing goes on in. */
  async #balance(): Promise<void> {
    const { store, self, clock, wanted, mayMove, onLost } = this.#options
    if (this.#closed || clock.monotonicMs() - this.#balancedAtMs < BALANCE_EVERY_MS) return
    this.#balancedAtMs = clock.monotonicMs()
    const share = fairShare(wanted().length, this.#peers.length)
    const given = toGiveBack({ held: this.held.filter(mayMove), count: this.#held.size, share })
    for (const cluster of given) {
      this.#held.delete(cluster)
      onLost(cluster)
    }
    await store.giveBack(self.id, given)
  }
}
