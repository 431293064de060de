/**
 * Whether a node may be stopped or restarted now, for whoever does it without a run: a script, an operator of Kubernetes. The
 * answer is that of the gates of the wizards, on the same facts. Pure.
 */
import type { Gate } from '../../../contract/workflows.ts'
import { CHANGE_TIME, permissionGates } from '../../gates/permissionGates.ts'
import { truthGates } from '../../gates/quorum/truthGates.ts'
import type { Facts } from '../../run/facts.ts'
import { missingOf } from '../../run/permission/permission.ts'
import { ENGINE } from '../../run/run.ts'
import { focusOf } from '../../wizards/parts.ts'
import { mayStop } from '../../wizards/rollingRestart/restartNode.ts'
import { draft } from './orchestrate.ts'
import { standingOf } from './progress.ts'

export type StopAction = 'stop' | 'restart'

/** @throws WorkflowRefusal where the quorum lists no such node, or nothing is known of it */
export function stopQuestion(action: StopAction, nodeId: number, facts: Facts): Gate[] {
  const { run } = draft(
    { kind: 'rolling-restart', params: { nodeIds: [nodeId] } },
    { id: 'question', cluster: '' },
    facts,
    ENGINE,
    facts.nowMs,
  )
  const { steps } = standingOf(run, facts)
  if (action === 'restart') {
    const step = steps.find((one) => one.kind === 'host')
    return withTruth(step?.kind === 'host' ? step.hostGates : (steps[0]?.gates ?? []), facts)
  }
  const time = permissionGates(run, facts, missingOf(run, facts, steps)).filter(({ code }) => code === CHANGE_TIME)
  return withTruth([...mayStop(focusOf(run), facts), ...time], facts)
}

function withTruth(gates: readonly Gate[], facts: Facts): Gate[] {
  return [...gates, ...truthGates(facts).filter(({ code }) => !gates.some((gate) => gate.code === code))]
}
