/** Which nodes a run is about, beside the voters. Pure. */

import type { Run } from '../../run/run.ts'
import { focusOf } from '../../wizards/parts.ts'

/** Of a list of nodes in the parameters: a restart may name a thousand, one after the other. */
const MAX_LISTED = 16

export function concernedBy(run: Run): ReadonlySet<number> {
  const { plan, params } = focusOf(run)
  const named = [params.nodeId, params.oldNodeId, params.newNodeId, run.params.nodeId]
  const keys = [plan.target, plan.candidate, run.intent?.change, ...plan.initial, ...run.expected]
  return new Set([
    ...named.filter((id) => id !== undefined),
    ...keys.flatMap((key) => (key == null ? [] : [key.nodeId])),
    ...(params.nodeIds ?? []).slice(0, MAX_LISTED),
    ...(params.retireBrokerIds ?? []).slice(0, MAX_LISTED),
  ])
}
