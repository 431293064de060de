/**
 * One cluster as it is being recorded: its newest view, the blocks that are still open, and what waits to be written. No I/O:
 * the archive takes what waits, and gives it back where the disk does not take it.
 */
import type { LinkState } from '../../contract/clusters.ts'
import { applyDelta } from '../../contract/delta.ts'
import type { Delta } from '../../contract/live.ts'
import type { QuorumEvent } from '../../contract/past/events.ts'
import type { Finding, QuorumView } from '../../contract/quorumView.ts'
import type { WorkflowSummary } from '../../contract/workflows.ts'
import { SampleBlock } from '../samples/sampleBlock.ts'
import { blockStart, type Tier } from '../samples/tiers.ts'
import { electionCause, type LastLeader } from '../words/electionCause.ts'
import { findingEvents } from '../words/findingEvents.ts'
import { keptEvent } from '../words/keptEvent.ts'
import { runEvent } from '../words/runEvents.ts'
import { changedWords, type Words, wordsOf } from '../words/viewWords.ts'
import type { FeedItem } from './feed.ts'

/** Observations that are older than the newest one by more than this were made after the clock was set back, in ms. */
const CLOCK_STEP_MS = 1000
/** Elections whose cause or whose event is still to come. */
const MAX_ELECTIONS = 20

export interface OpenBlock {
  block: SampleBlock
  /** Whether what an earlier run of the server wrote of the same time is in it. */
  isWhole: boolean
  isDirty: boolean
  writtenAtMs: number
}

export interface DatedWords extends Words {
  fromMs: number
}

/** What waits to be written. */
export interface Waiting {
  /** Void in the store, from this moment on. */
  rewoundToMs: number | null
  blocks: SampleBlock[]
  words: DatedWords[]
  events: Map<string, QuorumEvent>
}

function nothing(): Waiting {
  return { rewoundToMs: null, blocks: [], words: [], events: new Map() }
}

export class SeriesRecorder {
  readonly cluster: string
  readonly open = new Map<number, OpenBlock>()
  readonly #tiers: readonly Tier[]
  #view: QuorumView | null = null
  #held = new Map<string, string>()
  #findings: readonly Finding[] | null = null
  #waiting = nothing()
  #linkState: LinkState | null = null
  #lastLeader: LastLeader | null = null
  readonly #causes = new Map<number, string>()
  readonly #elections = new Map<number, QuorumEvent>()
  readonly #runs = new Map<string, WorkflowSummary>()

  constructor(cluster: string, tiers: readonly Tier[]) {
    this.cluster = cluster
    this.#tiers = tiers
  }

  get view(): QuorumView | null {
    return this.#view
  }

  get waiting(): Readonly<Waiting> {
    return this.#waiting
  }

  /** What stood when the server before this one ended: what still stands is not written anew. */
  resume(words: ReadonlyMap<string, string>): void {
    this.#held = new Map(words)
    const findings = words.get('findings')
    this.#findings = findings === undefined ? null : (JSON.parse(findings) as Finding[])
  }

  /** It turned out to be another quorum than the one before: all that stands is written for it. */
  restate(): void {
    this.#held.clear()
    if (this.#view !== null) this.#keepWords(wordsOf(this.#view), this.#view.observedAtMs)
    for (const open of this.open.values()) open.isDirty = true
  }

  /** @returns false where a delta does not follow: a whole view is needed */
  take(item: Exclude<FeedItem, { kind: 'anew' }>): boolean {
    switch (item.kind) {
      case 'view':
        this.#observe(item.view, null)
        return true
      case 'delta': {
        const view = this.#view === null ? null : applyDelta(this.#view, item.delta)
        if (view !== null) this.#observe(view, item.delta)
        return view !== null
      }
      case 'event':
        this.#event(item.event)
        return true
      case 'link':
        this.#link(item.state, item.title, item.atMs)
        return true
      case 'run':
        this.#run(item.run, item.atMs)
        return true
      default:
        return item satisfies never
    }
  }

  /** What waits, and what of the open blocks is due; it is the caller's now, and counts as written until it is given back. */
  collect(isDue: (open: OpenBlock) => boolean, nowMs: number): Waiting {
    const waiting = this.#waiting
    this.#waiting = nothing()
    for (const open of this.open.values()) {
      if (!isDue(open)) continue
      waiting.blocks.push(open.block)
      open.isDirty = false
      open.writtenAtMs = nowMs
    }
    return waiting
  }

  /** It was not written. What came since stands after it; of what is too much, the oldest is given up. */
  giveBack({ rewoundToMs, blocks, words, events }: Waiting, most: number): void {
    const now = this.#waiting
    const closed = blocks.filter((block) => {
      const open = this.open.get(block.stepMs)
      if (open?.block !== block) return true
      open.isDirty = true
      open.writtenAtMs = Number.NEGATIVE_INFINITY
      return false
    })
    this.#waiting = {
      rewoundToMs: now.rewoundToMs ?? rewoundToMs,
      blocks: [...closed, ...now.blocks].slice(-most),
      words: [...words, ...now.words].slice(-most),
      events: new Map([...events, ...now.events].slice(-most)),
    }
  }

  #observe(view: QuorumView, delta: Delta | null): void {
    const { observedAtMs } = view
    const newestMs = this.#view?.observedAtMs ?? observedAtMs
    const isSetBack = observedAtMs < newestMs - CLOCK_STEP_MS
    if (isSetBack) this.#rewind(observedAtMs)
    if (this.#findings !== null) for (const event of findingEvents(this.#findings, view)) this.#keep(event)
    this.#findings = view.findings
    this.#view = view
    for (const tier of this.#tiers) this.#openAt(tier, observedAtMs).fold(view)
    this.#keepWords(delta === null || isSetBack ? wordsOf(view) : changedWords(view, delta), observedAtMs)
    this.#lead(view)
  }

  #keepWords(words: Iterable<Words>, fromMs: number): void {
    for (const one of words) {
      if (this.#held.get(one.key) === one.text) continue
      this.#held.set(one.key, one.text)
      this.#waiting.words.push({ ...one, fromMs })
    }
  }

  #openAt({ stepMs }: Tier, atMs: number): SampleBlock {
    const open = this.open.get(stepMs)
    const startMs = blockStart(atMs, stepMs)
    if (open?.block.startMs === startMs) {
      open.isDirty = true
      return open.block
    }
    if (open?.isDirty) this.#waiting.blocks.push(open.block)
    // Where time has only gone on, nobody can have written of it before.
    const isWhole = open !== undefined && open.block.startMs < startMs
    const block = new SampleBlock(startMs, stepMs)
    this.open.set(stepMs, { block, isWhole, isDirty: true, writtenAtMs: Number.NEGATIVE_INFINITY })
    return block
  }

  #rewind(toMs: number): void {
    for (const [stepMs, { block }] of this.open) {
      if (block.startMs > toMs) this.open.delete(stepMs)
      else block.forgetFrom(toMs)
    }
    const { blocks, words, events } = this.#waiting
    this.#waiting = {
      rewoundToMs: toMs,
      blocks: blocks.filter(({ startMs }) => startMs <= toMs),
      words: words.filter(({ fromMs }) => fromMs <= toMs),
      events,
    }
    for (const block of this.#waiting.blocks) block.forgetFrom(toMs)
    this.#held.clear()
    this.#lastLeader = null
  }

  #lead(view: QuorumView): void {
    const { leaderId, leaderEpoch } = view.quorum
    if (leaderId === null || leaderEpoch === null) return
    const last = this.#lastLeader
    const isNew = last === null || last.leaderId !== leaderId || last.epoch !== leaderEpoch
    if (isNew && last !== null) {
      const atWork = [...this.#runs.values()].find(({ endedAtMs }) => endedAtMs === null)
      const why = electionCause(last, view, atWork ?? null)
      if (why !== null) remember(this.#causes, leaderEpoch, why)
      const event = this.#elections.get(leaderEpoch)
      if (event !== undefined) this.#keep(event)
    }
    this.#lastLeader = { leaderId, epoch: leaderEpoch, lastSeenMs: view.observedAtMs }
  }

  #event(event: QuorumEvent): void {
    if (event.kind === 'leader-elected' && event.epoch !== null) remember(this.#elections, event.epoch, event)
    this.#keep(event)
  }

  #keep(event: QuorumEvent): void {
    const why = event.kind === 'leader-elected' && event.epoch !== null ? this.#causes.get(event.epoch) : undefined
    this.#waiting.events.set(event.id, why === undefined ? event : { ...event, why })
  }

  #link(state: LinkState, title: string | null, atMs: number): void {
    const before = this.#linkState
    this.#linkState = state
    if (before === null || state === 'connecting') return
    const [seen, seenBefore] = [isSeen(state), isSeen(before)]
    if (seen === seenBefore || before === 'connecting') return
    this.#keep(
      keptEvent({
        id: `link-${atMs}`,
        cluster: this.cluster,
        kind: seen ? 'observation-regained' : 'observation-lost',
        atMs,
        severity: seen ? 'info' : 'warning',
        title: seen
          ? 'The cluster is observed again'
          : `The cluster is not observed any more${title === null ? '' : `: ${title}`}`,
      }),
    )
  }

  #run(run: WorkflowSummary, atMs: number): void {
    const event = runEvent(this.#runs.get(run.id) ?? null, run, atMs)
    if (run.endedAtMs === null) this.#runs.set(run.id, run)
    else this.#runs.delete(run.id)
    if (event !== null) this.#keep(event)
  }
}

function isSeen(state: LinkState): boolean {
  return state === 'live' || state === 'no-leader'
}

function remember<T>(map: Map<number, T>, key: number, value: T): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > MAX_ELECTIONS && oldest !== undefined) map.delete(oldest)
}
