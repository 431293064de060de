/** Which requests set something on brokers and topics that outlives the run. Pure. */
import { CORDON } from '../../quorum/assessment/findings/leftovers.ts'
import type { ClusterAct, Config } from './ports.ts'

/** What a request sets; what it takes away is none. */
export function setBy(act: ClusterAct): Config[] {
  if (act.kind === 'configure') return act.configs.filter(({ value }) => value !== null)
  if (act.kind !== 'cordon') return []
  return act.brokers.map(
    ({ nodeId }): Config => ({ type: 'broker', resource: String(nodeId), name: CORDON, value: '*' }),
  )
}

/** Whether it leaves a configuration, or moves that go on. */
export function isLasting(act: ClusterAct): boolean {
  return setBy(act).length > 0 || (act.kind === 'reassign' && act.moves.some((m) => m.replicas !== null))
}
