/** What the websocket has told of one cluster, and how each message changes it. Pure. */

import type { ClusterLink } from '../../server/contract/clusters.ts'
import { applyDelta, newer } from '../../server/contract/delta.ts'
import type { ServerMessage } from '../../server/contract/live.ts'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import type { Workflow, WorkflowSummary } from '../../server/contract/workflows.ts'
import { withFollowed, withSnapshot, withSummary } from './queries/workflowRuns.ts'

export interface LiveCluster {
  readonly view: QuorumView | null
  readonly link: ClusterLink | null
  /** The sample interval in force. */
  readonly intervalMs: number
  /** How many browsers watch; `null` until told. */
  readonly watching: number | null
  /** Runs that have not ended. */
  readonly workflows: readonly WorkflowSummary[]
  /** The run that this page follows, whole, with live gates. */
  readonly followed: Workflow | null
}

/** When something of the cluster was heard last, and how old the newest observation was when that was told. */
export interface Pulse {
  readonly heardAtMs: number
  readonly ageMs: number | null
  readonly ageAtMs: number
}

export const nothingYet: LiveCluster = {
  view: null,
  link: null,
  intervalMs: 1_000,
  watching: null,
  workflows: [],
  followed: null,
}

export type Fold =
  | { readonly kind: 'changed'; readonly state: LiveCluster }
  | { readonly kind: 'unchanged' }
  /** A delta that does not follow what we hold: only a snapshot helps. */
  | { readonly kind: 'gap' }

type ClusterMessage = Extract<ServerMessage, { cluster: string }>

export function fold(state: LiveCluster, message: ClusterMessage): Fold {
  switch (message.type) {
    case 'snapshot': {
      const view = message.view === null ? null : newer(state.view, message.view)
      const workflows = withSnapshot(state.workflows, message.workflows)
      return {
        kind: 'changed',
        state: { ...state, view, link: message.link, intervalMs: message.intervalMs, workflows },
      }
    }
    case 'delta': {
      if (state.view === null) return { kind: 'gap' }
      if (message.seq <= state.view.seq) return { kind: 'unchanged' }
      const view = applyDelta(state.view, message)
      return view === null ? { kind: 'gap' } : { kind: 'changed', state: { ...state, view } }
    }
    case 'link':
      return { kind: 'changed', state: { ...state, link: message.link } }
    case 'presence':
      return { kind: 'changed', state: { ...state, watching: message.watching } }
    case 'workflow': {
      const workflows = withSummary(state.workflows, message.summary)
      const followed = withFollowed(state.followed, message.workflow)
      return { kind: 'changed', state: { ...state, workflows, followed } }
    }
    case 'ping':
    case 'event':
      return { kind: 'unchanged' }
    default:
      return message satisfies never
  }
}

export function pulseAfter(pulse: Pulse | null, message: ClusterMessage, nowMs: number): Pulse {
  switch (message.type) {
    case 'snapshot':
    case 'delta':
    case 'link':
    case 'ping':
      return { heardAtMs: nowMs, ageMs: message.ageMs, ageAtMs: nowMs }
    case 'presence':
    case 'event':
    case 'workflow':
      return { heardAtMs: nowMs, ageMs: pulse?.ageMs ?? null, ageAtMs: pulse?.ageAtMs ?? nowMs }
    default:
      return message satisfies never
  }
}

/** Age of the newest observation by now; `null` before the first. */
export function observationAgeMs(pulse: Pulse | null, nowMs: number): number | null {
  if (pulse === null || pulse.ageMs === null) return null
  return pulse.ageMs + Math.max(0, nowMs - pulse.ageAtMs)
}
