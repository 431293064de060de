/** The whole quorum at a moment: the newest observation at or before it, as fine as it is kept. */
import type { Moment } from '../../contract/past/moment.ts'
import type { Archive } from '../keeping/archive.ts'
import type { SampleBlock } from '../samples/sampleBlock.ts'
import { BLOCK_POINTS, blockStart } from '../samples/tiers.ts'
import { pastView } from '../words/pastView.ts'
import { blocksOf } from './blocksOf.ts'

/** An observation that is older than this says nothing of the moment, in ms; of wide points, two of them. */
const SAYS_NOTHING_AFTER_MS = 10_000

interface Found {
  block: SampleBlock
  point: number
}

export async function readMoment(archive: Archive, cluster: string, askedMs: number): Promise<Moment> {
  for (const { stepMs } of archive.tiers) {
    const found = await observedBeside(archive, cluster, stepMs, askedMs, 'before')
    if (found === null) continue
    const atMs = found.block.timeOf(found.point)
    if (askedMs - atMs > Math.max(SAYS_NOTHING_AFTER_MS, 2 * stepMs)) continue
    // As they stood at the end of the point: so do the figures whose newest counts.
    const words = await wordsAt(archive, cluster, atMs + stepMs - 1)
    const before = await observedBeside(archive, cluster, stepMs, atMs - 1, 'before')
    const after = await observedBeside(archive, cluster, stepMs, atMs + stepMs, 'after')
    return {
      askedMs,
      view: pastView(cluster, words, found.block, found.point),
      stepMs,
      beforeMs: timeOf(before),
      afterMs: timeOf(after),
    }
  }
  return await nothingSeen(archive, cluster, askedMs)
}

async function nothingSeen(archive: Archive, cluster: string, askedMs: number): Promise<Moment> {
  let beforeMs: number | null = null
  let afterMs: number | null = null
  for (const { stepMs } of archive.tiers) {
    const before = timeOf(await observedBeside(archive, cluster, stepMs, askedMs, 'before'))
    const after = timeOf(await observedBeside(archive, cluster, stepMs, askedMs, 'after'))
    if (before !== null && (beforeMs === null || before > beforeMs)) beforeMs = before
    // A wide point begins before what was seen in it: it counts where finer ones do not reach back to it.
    if (after !== null && (afterMs === null || after + stepMs <= afterMs)) afterMs = after
  }
  return { askedMs, view: null, stepMs: archive.tiers[0]?.stepMs ?? 0, beforeMs, afterMs }
}

function timeOf(found: Found | null): number | null {
  return found === null ? null : found.block.timeOf(found.point)
}

/** The newest observed point at or before a moment, or the oldest at or after it. */
async function observedBeside(
  archive: Archive,
  cluster: string,
  stepMs: number,
  atMs: number,
  side: 'before' | 'after',
): Promise<Found | null> {
  const series = await archive.series(cluster)
  const recorder = archive.recorder(cluster)
  const held = [...recorder.waiting.blocks, ...[...recorder.open.values()].map(({ block }) => block)]
    .filter((block) => block.stepMs === stepMs)
    .map((block) => block.startMs)
  const own = blockStart(atMs, stepMs)
  const starts = new Set([own, ...held.filter((start) => (side === 'before' ? start <= atMs : start > atMs))])
  for (let from = own, i = 0; series !== null && i < 2; i += 1) {
    const stored = await archive.store.blockBeside(series, stepMs, side === 'before' ? from - 1 : from, side)
    if (stored === null) break
    starts.add(stored)
    from = stored
  }
  const ordered = [...starts].sort((a, b) => (side === 'before' ? b - a : a - b))
  for (const start of ordered) {
    for await (const block of blocksOf(archive, cluster, { stepMs, fromMs: start, toMs: start })) {
      const point = side === 'before' ? lastObserved(block, atMs) : firstObserved(block, atMs)
      if (point !== null) return { block, point }
    }
  }
  return null
}

function lastObserved(block: SampleBlock, atMs: number): number | null {
  for (let point = Math.min(BLOCK_POINTS - 1, block.pointAt(atMs)); point >= 0; point -= 1) {
    if (block.observed[point] === 1) return point
  }
  return null
}

function firstObserved(block: SampleBlock, atMs: number): number | null {
  for (let point = Math.max(0, block.pointAt(atMs)); point < BLOCK_POINTS; point += 1) {
    if (block.observed[point] === 1 && block.timeOf(point) >= atMs) return point
  }
  return null
}

async function wordsAt(archive: Archive, cluster: string, atMs: number): Promise<Map<string, string>> {
  const series = await archive.series(cluster)
  const words = series === null ? new Map<string, string>() : await archive.store.wordsAt(series, atMs)
  for (const { key, text, fromMs } of archive.recorder(cluster).waiting.words) if (fromMs <= atMs) words.set(key, text)
  return words
}
