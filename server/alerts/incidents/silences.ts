/** Whether somebody is to be told: silences by people, and those that a guided change sets for what it causes itself. Pure. */
import type { AlertIncident } from '../../contract/alerts/incidents.ts'
import type { AlertRule } from '../../contract/alerts/rules.ts'
import type { Matchers, Silence } from '../../contract/alerts/silences.ts'
import type { WorkflowKind, WorkflowSummary } from '../../contract/workflows.ts'

export type Silenceable = Pick<AlertIncident, 'cluster' | 'rule' | 'key' | 'severity' | 'replicas'>

export function matches(matchers: Matchers, incident: Silenceable): boolean {
  const { cluster, rule, severity, nodeId } = matchers
  return (
    (cluster === undefined || cluster === incident.cluster) &&
    (rule === undefined || rule === incident.rule) &&
    (severity === undefined || severity === incident.severity) &&
    (nodeId === undefined || incident.replicas.some((replica) => replica.nodeId === nodeId))
  )
}

/** By the wall clock: a person means a time of the day. */
export function isActive({ fromMs, untilMs }: Pick<Silence, 'fromMs' | 'untilMs'>, nowMs: number): boolean {
  return fromMs <= nowMs && (untilMs === null || nowMs < untilMs)
}

/** For this long what a run does to a node is its own doing; after that something is wrong, in ms. */
const NODE_GRACE_MS = 600_000
/** Voters of another number than usual, while a candidate catches up, in ms. */
const SHAPE_GRACE_MS = 3_600_000

/** About nodes: silenced only where every node that it names is one that the run stops, restarts or takes out now. */
const OF_NODES: ReadonlySet<AlertRule> = new Set(['voter-silent', 'voter-lagging', 'margin-low', 'ghost-observer'])
/** About how many vote, and where. */
const OF_SHAPE: ReadonlySet<AlertRule> = new Set(['even-voters', 'fewer-voters', 'rack-without-voter'])

const CHANGES_VOTERS: ReadonlySet<WorkflowKind> = new Set([
  'add-controller',
  'remove-controller',
  'replace-disk',
  'replace-controller',
  'scale',
  'migrate-combined',
  'migrate-dedicated',
])

/**
 * A run that rests, or that something unexpected has stopped, causes nothing: what is wrong then is to be told. One that is blocked is at work: while
 * its node is away its gates do not hold, and of another node it explains nothing anyway.
 */
function isAtWork({ state }: WorkflowSummary): boolean {
  return state === 'running' || state === 'waiting' || state === 'blocked'
}

/** Nodes that guided changes stop, restart or take out now. */
export function disturbedNodes(runs: readonly WorkflowSummary[]): ReadonlySet<number> {
  return new Set(runs.flatMap((run) => (isAtWork(run) ? (run.disturbs ?? []) : [])))
}

/**
 * Whether the run causes this itself. A lost majority, a missing leader, a second quorum and what was lost it never explains.
 * @param heldMs for how long it holds
 */
export function explains(run: WorkflowSummary, incident: Silenceable, heldMs: number): boolean {
  if (!isAtWork(run)) return false
  const { rule, key, replicas } = incident
  if (OF_SHAPE.has(rule)) return CHANGES_VOTERS.has(run.kind) && heldMs < SHAPE_GRACE_MS
  if (!OF_NODES.has(rule) || (rule === 'margin-low' && key === 'lost') || heldMs >= NODE_GRACE_MS) return false
  const own = run.disturbs ?? []
  return replicas.length > 0 && replicas.every(({ nodeId }) => own.includes(nodeId))
}

/** Why nobody is told, in words; `null`: they are told. */
export function silencedBy(
  incident: Silenceable,
  heldMs: number,
  silences: readonly Silence[],
  runs: readonly WorkflowSummary[],
  nowMs: number,
): string | null {
  const run = runs.find((one) => explains(one, incident, heldMs))
  if (run !== undefined) return `guided change: ${run.title}`
  const silence = silences.find((one) => isActive(one, nowMs) && matches(one.matchers, incident))
  return silence === undefined ? null : `${silence.createdBy}: ${silence.reason}`
}

/** What the guided changes of a cluster silence now, in the shape of the silences of people. */
export function silencesOfRuns(cluster: string, runs: readonly WorkflowSummary[]): Silence[] {
  return runs
    .filter((run) => isAtWork(run) && ((run.disturbs ?? []).length > 0 || CHANGES_VOTERS.has(run.kind)))
    .map((run) => ({
      id: `run-${run.id}`,
      matchers: { cluster },
      fromMs: run.startedAtMs,
      untilMs: null,
      reason: `what it causes itself: ${run.title}`,
      createdBy: 'Quorumdeck',
      run: run.id,
      nodeIds: [...(run.disturbs ?? [])],
    }))
}
