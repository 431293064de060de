/** Gates on controllers that join by themselves (Kafka 4.2 and later). Pure. */
import type { ReplicaKey } from '../../../contract/quorumView.ts'
import type { Gate } from '../../../contract/workflows.ts'
import type { Facts } from '../../run/facts.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'

export function autoJoinAsPlanned({ view }: Facts, planned: boolean): Gate {
  const rule: Rule = {
    code: 'auto-join-as-planned',
    title: planned ? 'Controllers join by themselves' : 'No controller joins by itself',
    required: `controller.quorum.auto.join.enable ${planned ? 'true' : 'false on every controller'}`,
    why: 'A controller that joins by itself would race with this plan: it removes its old incarnation and adds itself.',
    source: 'KIP-853 auto join (Kafka 4.2); KafkaRaftClient#pollFollowerAsObserver',
  }
  const autoJoin = view?.quorum.autoJoin ?? null
  return gate(rule, {
    ok: autoJoin === planned,
    observed: autoJoin === null ? UNKNOWN : String(autoJoin),
    remedy:
      autoJoin === null
        ? 'Grant DESCRIBE_CONFIGS on the cluster, so that the setting can be read.'
        : 'The setting has changed since the plan was made. Plan anew.',
  })
}

export function autoJoinSafe({ view }: Facts, target: ReplicaKey | null): Gate {
  const rule: Rule = {
    code: 'auto-join-safe',
    title: 'It will not add itself again',
    required: 'auto-join known to be off, or its process stopped first',
    why: 'A running controller with auto-join on is a voter again within seconds of its removal.',
    source: 'Kafka 4.2 upgrade notes; KafkaRaftClient#pollFollowerAsObserver',
  }
  // A successor on a new disk would join as well.
  const rows = view === null || target === null ? [] : view.replicas.filter((r) => r.nodeId === target.nodeId)
  const alive = rows.find((r) => r.health !== 'silent')
  const off = view?.quorum.autoJoin === false
  const seen = rows.length === 0 ? 'not listed' : (alive?.health ?? 'silent')
  return gate(rule, {
    ok: off || (rows.length > 0 && alive === undefined),
    observed: `auto-join ${view?.quorum.autoJoin ?? UNKNOWN}, the controller is ${seen}`,
    remedy: 'Stop its process first. Where the margin does not allow that, add a voter first.',
  })
}
