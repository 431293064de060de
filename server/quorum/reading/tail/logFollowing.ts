/**
 * Keeps the metadata log followed at whoever leads: connects again when a connection ends, waits where a right is
 * missing, and knows how far what was read can be trusted. The reading itself is LogTail's and outlives leaders.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Security } from '../../../kafka/connection.ts'
import { canFetchMetadata } from '../../../kafka/metadataFetch.ts'
import type { LogChange, LogFacts } from '../../log/metadataLog.ts'
import type { Clock } from '../clock.ts'
import type { Found } from '../leader/leaderSearch.ts'
import { LogTail } from './logTail.ts'

const RETRY_MS = 1000
const MAX_RETRY_MS = 30_000
/** What the log held is not shown as current once it could not be followed for this long. */
const TRUSTED_MS = 5000
/** A right that was refused may have been granted meanwhile. */
const RIGHTS_RETRY_MS = 15_000

export interface LogFollowingOptions {
  security: Security
  clock: Clock
  /** Kafka's cluster id, as far as it is known when a connection begins. */
  clusterId: () => string | null
  onChange(change: LogChange, replay: boolean): void
  /** Something that happened before the snapshot with which following began. */
  onEarlier(change: LogChange): void
  /** The log is followed from now on, or is not any more: the next view says so. */
  onTurn(): void
  /** The leader's log does not hold what was committed, from `endOffset` on. */
  onCommittedCut(endOffset: number, committedTo: number): void
}

export class LogFollowing {
  readonly #options: LogFollowingOptions
  #tail: LogTail
  #stop: AbortController | null = null
  #closed = false
  #live = false
  #denied = false
  #problem: string | null = null
  /** Since when the log cannot be followed, by the monotonic clock. */
  #failedAtMs: number | null = null

  constructor(options: LogFollowingOptions) {
    this.#options = options
    this.#tail = this.#newTail()
  }

  /** Whether changes arrive as they are appended. */
  get live(): boolean {
    return this.#live
  }

  /** Whether the right CLUSTER_ACTION is missing. */
  get denied(): boolean {
    return this.#denied
  }

  /** Why the log is not followed, in words; `null` while it is, or where a right is what is missing. */
  get problem(): string | null {
    return this.#problem
  }

  /** `null` where the log was never read whole, or could not be followed for too long to be called current. */
  facts(): LogFacts | null {
    const failedMs = this.#failedAtMs === null ? 0 : this.#options.clock.monotonicMs() - this.#failedAtMs
    return failedMs > TRUSTED_MS ? null : this.#tail.facts()
  }

  /** DescribeQuorum has seen the high watermark there, in this epoch. */
  committedUpTo(highWatermark: number, epoch: number): void {
    this.#tail.committedUpTo(highWatermark, epoch)
  }

  /** Follows the log at this leader, beside the poll, until the next `follow` or `pause`. */
  follow(found: Found): void {
    this.pause()
    this.#live = false
    if (found.via !== 'controller') {
      this.#forgetLog()
      return
    }
    if (!canFetchMetadata(found.connection)) {
      this.#forgetLog()
      this.#problem = 'Its fetch needs Apache Kafka 3.9 or later.'
      return
    }
    if (this.#closed) return
    const stop = new AbortController()
    this.#stop = stop
    void this.#loop(found, stop.signal)
  }

  /** The leader is lost. What was read stays, and is read on at the next one. */
  pause(): void {
    this.#stop?.abort()
    this.#stop = null
  }

  /** The cluster was made anew: nothing that was read holds. */
  forget(): void {
    this.pause()
    this.#forgetLog()
    this.#live = false
    this.#denied = false
    this.#problem = null
    this.#failedAtMs = null
  }

  close(): void {
    this.#closed = true
    this.pause()
  }

  #forgetLog(): void {
    this.#tail = this.#newTail()
  }

  #newTail(): LogTail {
    const tail: LogTail = new LogTail(this.#options.security, {
      onChange: (change, replay) => {
        if (tail === this.#tail) this.#options.onChange(change, replay)
      },
      onEarlier: (change) => {
        if (tail === this.#tail) this.#options.onEarlier(change)
      },
      onLive: () => {
        if (tail !== this.#tail) return
        this.#live = true
        this.#denied = false
        this.#failedAtMs = null
        this.#problem = null
        this.#options.onTurn()
      },
      onCommittedCut: (endOffset, committedTo) => {
        if (tail === this.#tail) this.#options.onCommittedCut(endOffset, committedTo)
      },
    })
    return tail
  }

  async #loop(found: Found, signal: AbortSignal): Promise<void> {
    let retryMs = RETRY_MS
    while (!signal.aborted) {
      const tail = this.#tail
      const end = await tail.follow(found.address, found.quorum.leaderEpoch, this.#options.clusterId(), signal)
      if (signal.aborted || tail !== this.#tail) return
      if (this.#live) retryMs = RETRY_MS
      this.#live = false
      // What the log held ages from the moment that nobody follows it.
      this.#failedAtMs ??= this.#options.clock.monotonicMs()
      switch (end.reason) {
        case 'leader-moved':
          // The poll finds out who leads now, and ends this loop if it is another one.
          break
        case 'acl-missing':
          this.#forgetLog()
          this.#denied = true
          retryMs = RIGHTS_RETRY_MS
          break
        case 'failed':
          this.#problem = `${end.failure.address}: ${end.failure.message}.`
          break
        default:
          end satisfies never
      }
      this.#options.onTurn()
      // Rejects only when the signal says stop, which the loop looks at.
      await delay(retryMs, undefined, { signal }).catch(() => {})
      retryMs = Math.min(MAX_RETRY_MS, retryMs * 2)
    }
  }
}
