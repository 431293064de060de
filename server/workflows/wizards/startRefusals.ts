/** Gates that refuse a run before it begins: what no waiting will mend. Pure. */
import type { Gate } from '../../contract/workflows.ts'
import { rescuePossible } from '../gates/quorum/marginGates.ts'
import type { Facts } from '../run/facts.ts'
import type { Run } from '../run/run.ts'
import { hostGatesOf, type StepRule } from '../run/step.ts'

const HARD = new Set([
  'one-quorum',
  'metadata-whole',
  'leader-reachable',
  'same-cluster',
  'not-last-voter',
  'margin-if-stopped',
  'margin-now',
  'margin-after',
  'margin-if-bad',
  'broker-is-no-controller',
  'broker-empty',
  'features-supported',
  'enough-brokers',
])

/** @param run the run that the steps belong to, or the part of it */
export function planRefusals(run: Run, steps: readonly StepRule[], facts: Facts): Gate[] {
  const restarts = run.plan.incarnations !== undefined
  const failing = steps
    .flatMap((s) => [...s.gates, ...hostGatesOf(s)])
    // Of a restart the log names the process of now: planned without it, that one would count as the new one later on.
    .filter((g) => !g.ok && ((!g.waiting && HARD.has(g.code)) || (restarts && g.code === 'log-followed')))
  const refusals = new Map(failing.map((g) => [g.code, g]))
  // These may be lifted by a statement of a person later on.
  if (rescuePossible(facts, run.plan.target)) refusals.delete('margin-now')
  if (facts.view?.quorum.voters === 1) refusals.delete('margin-if-bad')
  // A restart of one of two, or of the only one: a person states the outage.
  if (restarts && (facts.view?.quorum.voters ?? 0) <= 2) refusals.delete('margin-if-stopped')
  return [...refusals.values()]
}
