/** Gates on a broker that is to leave the cluster. Kafka itself only looks whether it is registered. Pure. */

import { votersOf } from '../../../contract/voters.ts'
import { seconds } from '../../../contract/words/durations.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { listed } from '../../../nodeConfig/listenerConfig.ts'
import { hostedBy } from '../../../quorum/log/placement.ts'
import type { Facts } from '../../run/facts.ts'
import { goneMs } from '../../run/windows/brokerWatch.ts'
import { nodeIsSilent } from '../../run/windows/silence.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'
import { logRemedy } from '../logRemedy.ts'

const SOURCE = 'Kafka: ReplicationControlManager#unregisterBroker looks only whether it is registered'

export function brokerRegistered(facts: Facts, nodeId: number): Gate {
  const { log } = facts
  const rule: Rule = {
    code: 'broker-registered',
    title: 'The broker is registered',
    required: 'a registration in the metadata log',
    why: 'Only a registration can be taken away.',
    source: SOURCE,
  }
  return gate(rule, {
    ok: log?.brokers.has(nodeId) === true,
    observed:
      log === null ? 'the metadata log is not followed' : log.brokers.has(nodeId) ? 'registered' : 'not registered',
    remedy: log === null ? logRemedy(facts) : 'It is already gone; there is nothing to do.',
    waiting: log === null,
  })
}

/** Its process is down: the controller has fenced it, and it is known not to fetch the metadata log. */
export function brokerDown(facts: Facts, nodeId: number): Gate {
  const { log, view, nodes } = facts
  const rule: Rule = {
    code: 'broker-down',
    title: 'The broker is stopped',
    required: 'fenced, and silent under a leader that it should have fetched from',
    why: 'A broker that still runs when its registration is removed stays up outside the cluster: clients see errors, and nothing raises an alarm.',
    source: SOURCE,
  }
  const broker = log?.brokers.get(nodeId)
  const roles = nodes.get(nodeId)?.configs.get('process.roles') ?? 'broker'
  // A node that is a controller only has given the role up, as it reports itself.
  const isBroker = listed(roles).includes('broker')
  const lives = view?.replicas.some((r) => r.nodeId === nodeId && (r.health === 'ok' || r.health === 'lagging'))
  const fetches = !isBroker || nodeIsSilent(facts, nodeId) ? '' : lives ? 'it fetches' : 'not known to be silent'
  return gate(rule, {
    ok: broker?.fenced === true && view !== null && view.quorum.leaderId !== null && fetches === '',
    observed:
      broker === undefined || view === null
        ? UNKNOWN
        : [broker.fenced ? 'fenced' : 'not fenced: it serves clients', ...(fetches === '' ? [] : [fetches])].join(', '),
    remedy: 'Stop its process; it is fenced within broker.session.timeout.ms.',
    waiting: broker?.fenced === true,
  })
}

export function brokerEmpty(facts: Facts, nodeId: number): Gate {
  const { log } = facts
  const rule: Rule = {
    code: 'broker-empty',
    title: 'It hosts no replica',
    required: '0 partitions, of all topics',
    why: 'A replica on a broker that is not registered any more can never come back, and its partition counts it forever.',
    source: SOURCE,
  }
  const hosted = log === null ? null : hostedBy(log.placement, nodeId)
  const [first] = hosted ?? []
  return gate(rule, {
    ok: hosted !== null && hosted.length === 0,
    observed:
      hosted === null
        ? 'the metadata log is not followed'
        : first === undefined
          ? 'none'
          : `${hosted.length}, for example ${first.topic}-${first.partition}`,
    remedy:
      hosted === null
        ? logRemedy(facts)
        : 'Move its partitions to other brokers first (kafka-reassign-partitions.sh), and check again: a topic may have been created in between.',
    waiting: hosted === null,
  })
}

/** A combined node is a controller too: its broker goes with a change of its role, not under a controller that votes. */
export function brokerIsNoVoter({ view, nodes }: Facts, nodeId: number): Gate {
  const rule: Rule = {
    code: 'broker-is-no-controller',
    title: 'The node is not a combined voter',
    required: 'not among the voters, or a controller only',
    why: 'A combined node registers its broker anew at every start; take it out of the quorum or change its roles first.',
    source: 'process.roles',
  }
  const roles = nodes.get(nodeId)?.configs.get('process.roles') ?? null
  // A dedicated controller that was combined before: only its registration as a broker is left.
  const isBroker = roles === null || listed(roles).includes('broker')
  const voter = view === null || (isBroker && votersOf(view).some((v) => v.nodeId === nodeId))
  return gate(rule, {
    ok: !voter,
    observed: view === null ? UNKNOWN : voter ? 'a voter' : isBroker ? 'no voter' : 'a controller only',
    remedy: 'Remove the controller from the quorum first, or make the node a dedicated controller.',
    waiting: view === null,
  })
}

export function brokerGone({ log }: Facts, nodeId: number): Gate {
  const rule: Rule = {
    code: 'broker-gone',
    title: 'Its registration is gone',
    required: 'no registration in the metadata log',
    why: 'Only what the log says proves it; a broker that still runs somewhere would register again.',
    source: 'metadata log: UnregisterBrokerRecord',
  }
  return gate(rule, {
    ok: log !== null && !log.brokers.has(nodeId),
    observed: log === null ? UNKNOWN : log.brokers.has(nodeId) ? 'registered' : 'gone',
    remedy: 'Stop its process for good, then unregister it again.',
    waiting: log === null,
  })
}

/** Long enough without it coming back, as it was watched; an election or a gap begins the time anew. */
export function goneFor({ track, thresholds, monotonicMs }: Facts, nodeId: number): Gate {
  const rule: Rule = {
    code: 'stays-gone',
    title: 'It stays away',
    required: `for ${seconds(thresholds.soakMs)}`,
    why: 'A process that restarts registers within seconds.',
    source: 'docs/wizards.md: steady for a minute',
  }
  const held = goneMs(track.brokers, nodeId, monotonicMs, thresholds)
  return gate(rule, {
    ok: held >= thresholds.soakMs,
    observed: seconds(Math.min(held, thresholds.soakMs)),
    remedy: 'Wait. An election or a gap in the observation starts the time over.',
    waiting: true,
  })
}
