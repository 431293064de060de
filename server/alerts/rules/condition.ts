/** What holds now, and of which rules nothing can be said. */
import type { Severity } from '../../contract/advice.ts'
import type { AlertRule, Expectations } from '../../contract/alerts/rules.ts'
import type { ClusterLink } from '../../contract/clusters.ts'
import type { QuorumView, ReplicaKey } from '../../contract/quorumView.ts'
import type { WorkflowSummary } from '../../contract/workflows.ts'
import type { RecentElections } from './recentElections.ts'

export interface Condition {
  rule: AlertRule
  /** Stable for as long as it is about the same thing; empty where a rule has one subject alone. */
  key: string
  severity: Severity
  title: string
  /** What it means. */
  detail: string
  /** What to do. */
  remedy: string
  replicas: readonly ReplicaKey[]
}

export interface Reading {
  conditions: readonly Condition[]
  /** Of these neither is known: what was open stays open, what was counted is not counted on. */
  unknown: ReadonlySet<AlertRule>
}

/** All that the rules look at, of one moment. */
export interface Seen {
  view: QuorumView | null
  link: ClusterLink
  /** Age of the newest answer of the quorum; `null` before the first. */
  ageMs: number | null
  /** Guided changes that go on. */
  runs: readonly WorkflowSummary[]
  expected: Expectations
  elections: RecentElections
  /** Never steps. */
  monotonicMs: number
}

/** `unknown`: nothing can be said of the rule now. */
export type Judged = readonly Condition[] | 'unknown'
export type Rule = (seen: Seen) => Judged

/** The most replicas that one alert names. */
const MAX_NAMED = 50

export function named(replicas: readonly ReplicaKey[]): ReplicaKey[] {
  return replicas.slice(0, MAX_NAMED).map(({ nodeId, directoryId }) => ({ nodeId, directoryId }))
}

/** Above this age the last answer says nothing about now, in ms. */
export const STALE_MS = 15_000

/** The view where it tells of now: the leader answers, and has lately. */
export function freshView({ view, link, ageMs }: Seen): QuorumView | null {
  return view !== null && link.state === 'live' && ageMs !== null && ageMs <= STALE_MS ? view : null
}
