/** The blocks of one width and stretch, written ones and those that wait or are open, oldest first. */
import { turn } from '../../quorum/reading/slices.ts'
import type { Archive } from '../keeping/archive.ts'
import { SampleBlock } from '../samples/sampleBlock.ts'
import { blockStart } from '../samples/tiers.ts'

/** Read in one go; between two goes everything else of the thread gets its turn. */
const BLOCKS_AT_ONCE = 16

export async function* blocksOf(
  archive: Archive,
  cluster: string,
  { stepMs, fromMs, toMs }: { stepMs: number; fromMs: number; toMs: number },
): AsyncGenerator<SampleBlock> {
  await archive.complete(cluster)
  const series = await archive.series(cluster)
  const recorder = archive.recorder(cluster)
  const unwritten = new Map<number, SampleBlock>()
  for (const block of recorder.waiting.blocks) if (block.stepMs === stepMs) unwritten.set(block.startMs, block)
  const open = recorder.open.get(stepMs)?.block
  if (open !== undefined) unwritten.set(open.startMs, open)
  const last = blockStart(toMs, stepMs)
  let next = blockStart(fromMs, stepMs)
  const waiting = [...unwritten.keys()].filter((start) => start >= next && start <= last).sort((a, b) => a - b)
  while (series !== null) {
    const stored = await archive.store.blocks(series, stepMs, next, last, BLOCKS_AT_ONCE)
    for (const { startMs, data } of stored) {
      for (const held of takeBefore(waiting, startMs)) yield block(unwritten, held)
      if (waiting[0] === startMs) {
        waiting.shift()
        yield block(unwritten, startMs)
      } else yield SampleBlock.unpack(startMs, stepMs, data)
      next = startMs + 1
    }
    await turn()
    if (stored.length < BLOCKS_AT_ONCE) break
  }
  for (const held of waiting) yield block(unwritten, held)
}

function block(blocks: ReadonlyMap<number, SampleBlock>, startMs: number): SampleBlock {
  const found = blocks.get(startMs)
  if (found === undefined) throw new Error('the block was there')
  return found
}

function takeBefore(starts: number[], startMs: number): number[] {
  const count = starts.findIndex((start) => start >= startMs)
  return starts.splice(0, count < 0 ? starts.length : count)
}
