/**
 * What was really committed, kept from every high watermark that any process of the simulation reached: the epoch of each record,
 * by offset. The product never sees it.
 */
import { advance, nextEventAtMs } from '../../sandbox/simulatedQuorum/core/cluster.ts'
import { endOffset, epochBelow, type Log } from '../../sandbox/simulatedQuorum/core/raft/log.ts'
import { type ClusterState, liveNode, type NodeState } from '../../sandbox/simulatedQuorum/core/state.ts'

export interface Truth {
  /** Epoch of the committed record at each offset. */
  readonly epochs: number[]
}

/** After each moment in which something happened every process is looked at: a leader may end in the next one. */
export function runWatched(state: ClusterState, truth: Truth, toMs: number, afterEach: () => void = () => {}): void {
  for (;;) {
    const next = nextEventAtMs(state)
    advance(state, Math.min(next, toMs))
    for (const node of state.nodes) keepCommitted(node, truth)
    afterEach()
    if (next > toMs) return
  }
}

function keepCommitted(node: NodeState, { epochs }: Truth): void {
  const live = liveNode(node)
  const committed = live?.run.highWatermark ?? 0
  if (live === null || committed <= epochs.length) return
  for (let offset = epochs.length; offset < committed; offset += 1) {
    const epoch = epochBelow(live.disk.log, offset + 1)
    if (epoch === null) throw new Error(`Node ${node.id} lacks the committed record at ${offset}`)
    epochs.push(epoch)
  }
}

/** How many of these records, from the first on, a log holds. What is in a snapshot was committed. */
export function heldOf(epochs: readonly number[], log: Log): number {
  let held = Math.min(epochs.length, log.startOffset)
  const end = Math.min(epochs.length, endOffset(log))
  for (const { baseOffset, records, epoch } of log.batches) {
    for (let offset = Math.max(held, baseOffset); offset < Math.min(end, baseOffset + records.length); offset += 1) {
      if (epochs[offset] !== epoch) return offset
      held = offset + 1
    }
  }
  return held
}
