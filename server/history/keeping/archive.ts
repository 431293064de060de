/**
 * The history of all clusters: records what it is given, writes it down, and drops what is too old or too much. It lives in a
 * thread of its own. A disk that does not take it ends nothing: what waits is kept in bounds, and tried again.
 */
import type { HistoryState } from '../../contract/past/history.ts'
import type { Clock } from '../../quorum/reading/clock.ts'
import { turn } from '../../quorum/reading/slices.ts'
import type { HistoryStore, StoredBlock, StoredEvent, StoredWords } from '../../storage/history/historyStore.ts'
import { StorageFailure } from '../../storage/storageFailure.ts'
import { SampleBlock } from '../samples/sampleBlock.ts'
import { BLOCK_POINTS, type Retention, type Tier, tiersOf } from '../samples/tiers.ts'
import { ClockGuard } from './clockGuard.ts'
import type { FeedItem } from './feed.ts'
import { type OpenBlock, SeriesRecorder, type Waiting } from './seriesRecorder.ts'

/** Open blocks are written again and again, so that a kill takes little: the finest ones this often, the others less, in ms. */
const FINEST_EVERY_MS = 10_000
const OTHERS_EVERY_MS = 60_000
/** Blocks, words and events of one cluster that may wait for a disk, of each. */
const MOST_WAITING = 2000
const TRY_AGAIN_MS = 5000
const PRUNE_EVERY_MS = 60_000
/** How long the clocks must run alike before ages are believed, in ms. */
const CLOCK_TRUSTED_AFTER_MS = 10 * 60_000
/** Rows that are dropped in one go: everything else gets its turn between. */
const DROPPED_AT_ONCE = 500
/** The same where the bound is reached: no more goes than must. */
const TRIMMED_AT_ONCE = 50
/** Where the bound of the file is reached, at least this much of each width stays, finest first, in ms. */
const ALWAYS_KEPT_MS = [15 * 60_000, 6 * 3_600_000, 24 * 3_600_000, 24 * 3_600_000]
/** Of the bound, so that what is written until the next look fits. */
const TRIM_TO = 0.95

export interface ArchiveOptions {
  store: HistoryStore
  retention: Retention
  clock: Clock
  /** Where a damaged file of before lies now; `null` where there was none. */
  setAside: string | null
  /** Why nothing can be written down at all; `null` where it can. */
  unwritable: StorageFailure | null
}

interface Kept {
  recorder: SeriesRecorder
  /** Number of its series, once it is asked for, and the cluster id that it was asked for with. */
  series: { id: number; clusterId: string | null } | null
  anew: boolean
}

type Problem = NonNullable<HistoryState['problem']>

export class Archive {
  readonly tiers: readonly Tier[]
  readonly #options: ArchiveOptions
  readonly #kept = new Map<string, Kept>()
  readonly #guard: ClockGuard
  #problem: Problem | null = null
  #isTooSmall = false
  #tryAtMs = Number.NEGATIVE_INFINITY
  #pruneAtMs = Number.NEGATIVE_INFINITY
  /** One turn of work on the store at a time. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: ArchiveOptions) {
    this.#options = options
    this.tiers = tiersOf(options.retention)
    if (options.unwritable !== null) this.#failed(options.unwritable)
    this.#guard = new ClockGuard(CLOCK_TRUSTED_AFTER_MS)
  }

  get store(): HistoryStore {
    return this.#options.store
  }

  /** Why nothing is written down; `null` where all is. */
  get problem(): Problem | null {
    return this.#problem
  }

  recorder(cluster: string): SeriesRecorder {
    return this.#of(cluster).recorder
  }

  /** @returns false where a whole view of this cluster is needed */
  take(item: FeedItem): boolean {
    if (item.kind === 'anew') {
      this.#kept.set(item.cluster, { recorder: new SeriesRecorder(item.cluster, this.tiers), series: null, anew: true })
      return true
    }
    return this.#of(item.cluster).recorder.take(item)
  }

  /** Another server records it from now on, or this one again: what is known of it here is old, and is read anew. */
  forget(cluster: string): Promise<void> {
    return this.#inTurn(async () => void this.#kept.delete(cluster))
  }

  /** Its number in the store; `null` where the store does not answer. */
  series(cluster: string): Promise<number | null> {
    return this.#inTurn(async () => {
      try {
        return await this.#seriesOf(this.#of(cluster))
      } catch (error) {
        this.#failed(error)
        return null
      }
    })
  }

  /** What an earlier run of the server wrote of the time of the open blocks is put into them. */
  complete(cluster: string): Promise<void> {
    return this.#inTurn(async () => {
      const kept = this.#of(cluster)
      try {
        const id = await this.#seriesOf(kept)
        for (const open of kept.recorder.open.values()) await this.#fill(id, open)
      } catch (error) {
        this.#failed(error)
      }
    })
  }

  /** Called about once a second. @param all whatever is due or not: the server ends */
  tick(all = false): Promise<void> {
    return this.#inTurn(async () => {
      const nowMs = this.#options.clock.monotonicMs()
      if (all || nowMs >= this.#tryAtMs) await this.#write(nowMs, all)
      const trusts = this.#guard.trusts(this.#options.clock.nowMs(), nowMs)
      if (all || nowMs < this.#pruneAtMs) return
      this.#pruneAtMs = nowMs + PRUNE_EVERY_MS
      try {
        if (trusts) await this.#expire()
        await this.#trim()
      } catch (error) {
        this.#failed(error)
      }
    })
  }

  async state(cluster: string): Promise<HistoryState> {
    const oldestMs = await this.oldest(cluster)
    let bytes = 0
    try {
      bytes = this.store.usedBytes()
    } catch (error) {
      this.#failed(error)
    }
    const { setAside, retention } = this.#options
    return {
      state: this.#problem === null ? 'kept' : 'memory',
      problem:
        this.#problem ??
        (this.#isTooSmall ? tooSmall(retention.maxBytes) : setAside === null ? null : damaged(setAside)),
      oldestMs,
      tiers: this.tiers.map(({ stepMs, keptMs }) => ({ stepMs, keptMs })),
      bytes,
      maxBytes: retention.maxBytes,
    }
  }

  /**
   * Begin of the block that holds the oldest sample, of the finest width that reaches so far back: a wide block begins long before
   * anything was seen.
   */
  async oldest(cluster: string): Promise<number | null> {
    const series = await this.series(cluster)
    const recorder = this.recorder(cluster)
    let oldest: number | null = null
    for (const { stepMs } of this.tiers) {
      const open = recorder.open.get(stepMs)?.block.startMs ?? null
      const waiting = recorder.waiting.blocks.find((block) => block.stepMs === stepMs)?.startMs ?? open
      const stored = series === null ? null : await this.#storedOldest(series, stepMs)
      const begin = stored === null || (waiting !== null && waiting < stored) ? waiting : stored
      if (begin !== null && (oldest === null || begin + stepMs * BLOCK_POINTS <= oldest)) oldest = begin
    }
    return oldest
  }

  async #storedOldest(series: number, stepMs: number): Promise<number | null> {
    try {
      return await this.store.oldest(series, stepMs)
    } catch (error) {
      this.#failed(error)
      return null
    }
  }

  #of(cluster: string): Kept {
    const found = this.#kept.get(cluster)
    if (found !== undefined) return found
    const made = { recorder: new SeriesRecorder(cluster, this.tiers), series: null, anew: false }
    this.#kept.set(cluster, made)
    return made
  }

  async #seriesOf(kept: Kept): Promise<number> {
    const { cluster, view } = kept.recorder
    const clusterId = view?.clusterId ?? null
    const known = kept.series
    if (known !== null && !kept.anew && (clusterId === null || known.clusterId === clusterId)) return known.id
    const nowMs = this.#options.clock.nowMs()
    let id = await this.store.series(cluster, clusterId, nowMs)
    if (kept.anew) {
      await this.store.drop(id)
      kept.anew = false
      id = await this.store.series(cluster, clusterId, nowMs)
    }
    if (known === null && view === null) kept.recorder.resume(await this.store.wordsAt(id, nowMs))
    else if (known !== null && known.id !== id) kept.recorder.restate()
    kept.series = { id, clusterId }
    return id
  }

  async #fill(series: number, open: OpenBlock): Promise<void> {
    if (open.isWhole) return
    const { startMs, stepMs } = open.block
    const [stored] = await this.store.blocks(series, stepMs, startMs, startMs, 1)
    if (stored !== undefined) open.block.fillFrom(SampleBlock.unpack(startMs, stepMs, stored.data))
    open.isWhole = true
  }

  async #write(nowMs: number, all: boolean): Promise<void> {
    const collected: { recorder: SeriesRecorder; waiting: Waiting }[] = []
    const blocks: StoredBlock[] = []
    const words: StoredWords[] = []
    const events: StoredEvent[] = []
    try {
      for (const kept of this.#kept.values()) {
        const { recorder } = kept
        const { waiting } = recorder
        const due = (open: OpenBlock) => open.isDirty && (all || isDue(open, nowMs, this.tiers))
        const isNothing =
          ![...recorder.open.values()].some(due) &&
          waiting.blocks.length + waiting.words.length + waiting.events.size === 0 &&
          waiting.rewoundToMs === null
        if (isNothing) continue
        const series = await this.#seriesOf(kept)
        if (waiting.rewoundToMs !== null) await this.#rewind(series, waiting.rewoundToMs)
        for (const open of recorder.open.values()) await this.#fill(series, open)
        const mine = recorder.collect(due, nowMs)
        collected.push({ recorder, waiting: mine })
        for (const block of mine.blocks) {
          blocks.push({ series, stepMs: block.stepMs, startMs: block.startMs, data: block.pack() })
        }
        for (const { key, fromMs, text } of mine.words) words.push({ series, key, fromMs, text })
        for (const event of mine.events.values()) {
          const { id, atMs, kind } = event
          events.push({ series, id, atMs, kind, text: JSON.stringify(event) })
        }
      }
      await this.store.write({ blocks, words, events })
      if (collected.length > 0 && this.#options.unwritable === null) this.#problem = null
    } catch (error) {
      for (const { recorder, waiting } of collected) recorder.giveBack(waiting, MOST_WAITING)
      this.#failed(error)
      this.#tryAtMs = nowMs + TRY_AGAIN_MS
    }
  }

  /** The clock was set back: what is written of the time after it is void, also in the blocks that reach beyond it. */
  async #rewind(series: number, toMs: number): Promise<void> {
    const cut: StoredBlock[] = []
    for (const { stepMs } of this.tiers) {
      const spanMs = stepMs * BLOCK_POINTS
      for (const stored of await this.store.blocks(series, stepMs, toMs - spanMs, toMs, 2)) {
        const block = SampleBlock.unpack(stored.startMs, stepMs, stored.data)
        if (block.endMs <= toMs) continue
        block.forgetFrom(toMs)
        cut.push({ ...stored, data: block.pack() })
      }
    }
    await this.store.forgetFrom(series, toMs)
    await this.store.write({ blocks: cut, words: [], events: [] })
  }

  async #expire(): Promise<void> {
    const nowMs = this.#options.clock.nowMs()
    for (const { stepMs, keptMs } of this.tiers) {
      const beforeMs = nowMs - keptMs - stepMs * BLOCK_POINTS
      while ((await this.store.expire({ stepMs, beforeMs }, DROPPED_AT_ONCE)) === DROPPED_AT_ONCE) await turn()
    }
    const longest = this.tiers.at(-1)?.keptMs ?? 0
    while ((await this.store.expireWords(nowMs - longest, DROPPED_AT_ONCE)) >= DROPPED_AT_ONCE) await turn()
  }

  /** Drops the oldest of the finest points first, until the file is within its bound. */
  async #trim(): Promise<void> {
    const { maxBytes } = this.#options.retention
    this.#isTooSmall = false
    if (!this.store.isBounded) return
    if (this.store.usedBytes() <= maxBytes) return
    for (const [index, { stepMs }] of this.tiers.entries()) {
      const keptFrom = await this.#newestKept(stepMs, ALWAYS_KEPT_MS[index] ?? 0)
      while (this.store.usedBytes() > maxBytes * TRIM_TO) {
        if ((await this.store.expire({ stepMs, beforeMs: keptFrom }, TRIMMED_AT_ONCE)) === 0) break
        this.store.shrink(DROPPED_AT_ONCE)
        await turn()
      }
    }
    const oldestBlock = (await this.store.oldestOf(this.tiers.at(-1)?.stepMs ?? 0)) ?? 0
    while (this.store.usedBytes() > maxBytes * TRIM_TO) {
      if ((await this.store.expireWords(oldestBlock, DROPPED_AT_ONCE)) === 0) break
      this.store.shrink(DROPPED_AT_ONCE)
      await turn()
    }
    this.#isTooSmall = this.store.usedBytes() > maxBytes
  }

  /** Of this width everything from here on stays, counted from the newest and not from a clock that may be wrong. */
  async #newestKept(stepMs: number, keptMs: number): Promise<number> {
    const newest = await this.store.newestOf(stepMs)
    return (newest ?? 0) - keptMs
  }

  #failed(error: unknown): void {
    if (!(error instanceof StorageFailure)) throw error
    this.#problem = {
      title: 'History is not being written down',
      detail: `${error.message} What happens now is kept in memory, the newest of it.`,
      remedy: `${error.remedy} It is tried again by itself.`,
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work)
    this.#turn = turn.catch(() => {})
    return turn
  }
}

function isDue({ block, writtenAtMs }: OpenBlock, nowMs: number, tiers: readonly Tier[]): boolean {
  const every = block.stepMs === tiers[0]?.stepMs ? FINEST_EVERY_MS : OTHERS_EVERY_MS
  return nowMs - writtenAtMs >= every
}

function tooSmall(maxBytes: number): Problem {
  return {
    title: 'The history is larger than it may be',
    detail: `Even the newest of it takes more than the ${Math.round(maxBytes / 1024 ** 2)} MiB that it may have. All finer points than those are dropped.`,
    remedy: 'Raise history.maxMegabytes in quorumdeck.yaml.',
  }
}

function damaged(setAside: string): Problem {
  return {
    title: 'An earlier history was damaged',
    detail: `Its file could not be read; it lies aside as ${setAside}, and a new history was begun.`,
    remedy: 'Nothing else was lost. Remove that file when nobody needs it.',
  }
}
