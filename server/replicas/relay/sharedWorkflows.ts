/**
 * The workflows as every replica answers for them: of clusters that it holds from its engine, of others as their holder tells.
 * Whatever changes or explains a run is asked of the holder (forwarding/), and comes here only for what is held.
 */
import type { Workflow, WorkflowSummary } from '../../contract/workflows.ts'
import type { WorkflowListener, Workflows } from '../../workflows/engine/workflows.ts'
import type { RelayIn } from './relayIn.ts'
import type { RelayOut } from './relayOut.ts'

/** Runs that pages of this replica follow are asked for so often, in ms. */
const FOLLOW_EVERY_MS = 2000

export interface SharedWorkflowsOptions {
  engine: Workflows
  relayIn: RelayIn
  relayOut: RelayOut
  isHeld: (cluster: string) => boolean
  /** Asks the holder to tell these runs whole. */
  follow: (runs: string[]) => void
  monotonicMs: () => number
}

export function sharedWorkflows(options: SharedWorkflowsOptions): Workflows {
  const { engine, relayIn, relayOut, isHeld } = options
  const listeners = new Set<WorkflowListener>()
  const followedAtMs = new Map<string, number>()

  const wholeRemote = (id: string): Workflow | null => {
    const nowMs = options.monotonicMs()
    if (nowMs - (followedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) >= FOLLOW_EVERY_MS) {
      followedAtMs.set(id, nowMs)
      options.follow([id])
    }
    return relayIn.wholeRun(id)
  }
  const tell = (...news: Parameters<WorkflowListener['onWorkflow']>) => {
    for (const listener of listeners) listener.onWorkflow(...news)
  }
  engine.subscribe({
    onWorkflow: (cluster, summary, whole, changed) => {
      tell(cluster, summary, whole, changed)
      relayOut.run(cluster, summary, whole, changed)
    },
  })
  relayIn.subscribe({
    onRun: (cluster, summary, whole, changed) => {
      if (summary.endedAtMs !== null) followedAtMs.delete(summary.id)
      // Of a run that ends with this message, what came with it is the last of it.
      tell(cluster, summary, () => whole?.() ?? wholeRemote(summary.id), changed)
    },
    onAlerts: () => {},
    onSeats: () => {},
  })
  const active = (cluster: string): WorkflowSummary[] =>
    isHeld(cluster) ? engine.active(cluster) : (relayIn.of(cluster)?.runs ?? [])
  return {
    ...engine,
    active,
    live: (id) => engine.live(id) ?? (relayIn.clusterOfRun(id) === null ? null : wholeRemote(id)),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
