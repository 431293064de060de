/**
 * What a change of brokers has left behind: partitions that are still being moved, throttles that stand while nothing is
 * moved, and brokers that are cordoned. They outlive whoever began them, a run of ours too, so the cluster itself shows them. Pure.
 */
import type { Finding } from '../../../contract/quorumView.ts'
import type { LogFacts } from '../../log/metadataLog.ts'
import type { Placement } from '../../log/placement.ts'
import { finding, plural } from './finding.ts'

/** Of a broker: keeps new partitions away from it (KIP-1066). Outlives its registration. */
export const CORDON = 'cordoned.log.dirs'
/** Of a broker, bytes per second. */
export const THROTTLE_RATES = ['leader.replication.throttled.rate', 'follower.replication.throttled.rate'] as const
/** Of a topic: which of its replicas a throttle is for. */
export const THROTTLED_REPLICAS = [
  'leader.replication.throttled.replicas',
  'follower.replication.throttled.replicas',
] as const
const THROTTLES = [...THROTTLE_RATES, ...THROTTLED_REPLICAS]

/** The first resource with this configuration, by which the tool names it. */
function firstWith(placement: Placement, name: string): { type: string; name: string } | null {
  const [resource] = placement.resourcesWith(name)
  if (resource === undefined) return null
  const [type = '', id = ''] = resource.split(/:(.*)/s)
  return { type: `${type}s`, name: id }
}

function throttles({ placement }: LogFacts): Finding[] {
  const standing = THROTTLES.filter((name) => placement.resourcesWith(name).size > 0)
  const [key = ''] = standing
  const first = firstWith(placement, key)
  if (first === null || placement.moving > 0) return []
  // Counted, never listed: a throttle of a large cluster stands on a hundred thousand topics.
  const count = standing.reduce((sum, name) => sum + placement.resourcesWith(name).size, 0)
  const entity = first.name === '' ? '--entity-default' : `--entity-name ${first.name}`
  return [
    finding(
      'throttle-stands',
      'info',
      'A replication throttle is set, but nothing is being moved',
      `${count} ${plural(count, 'configuration')} of ${standing.join(', ')}. Replicas that have fallen behind are held back by it as well, and may not come back in sync. A run that is still going takes its own ` +
        `away; one that was left has not, and its page offers to clean it up (Wizards, runs that have ended). If nobody needs it: kafka-configs.sh --alter --entity-type ${first.type} ${entity} --delete-config ${key}, and the same for the others.`,
    ),
  ]
}

function cordons({ placement }: LogFacts): Finding[] {
  const brokers = [...placement.resourcesWith(CORDON)].map((resource) => Number(resource.slice('broker:'.length)))
  if (brokers.length === 0) return []
  const named = brokers.sort((a, b) => a - b)
  return [
    finding(
      'broker-cordoned',
      'info',
      `${plural(named.length, 'Broker', 'Brokers')} ${named.join(', ')} cordoned`,
      `No new partition is placed there. Right while ${named.length === 1 ? 'it is' : 'they are'} being emptied; if nobody retires ${named.length === 1 ? 'it' : 'them'}, the page of the run that has left it offers to clean it up, or: ` +
        `kafka-configs.sh --alter --entity-type brokers --entity-name ${named[0]} --delete-config ${CORDON}.`,
      named.map((nodeId) => ({ nodeId, directoryId: null })),
    ),
  ]
}

/** Nothing in the log shows who began a move: a run that goes on, one that was left, Cruise Control, or a person. */
function moves({ placement, brokers }: LogFacts): Finding[] {
  if (placement.moving === 0) return []
  const cancel =
    'kafka-reassign-partitions.sh --cancel with the partitions that kafka-reassign-partitions.sh --list shows'
  const held = [...placement.comingTo()]
    .filter(({ brokerId }) => brokers.get(brokerId)?.fenced !== false)
    .sort((a, b) => a.brokerId - b.brokerId)
    .map(({ brokerId, example }) => {
      const isRegistered = brokers.has(brokerId)
      return finding(
        'move-waits',
        'warning',
        `A move waits for broker ${brokerId}, which is ${isRegistered ? 'fenced' : 'not registered'}`,
        `For example the move of ${example.topic}-${example.partition}. Kafka waits indefinitely: the new replica can be copied only while the broker runs, and until then the partition is listed as being moved. ` +
          `If it is restarting, wait some seconds. If it is down, start it with the disk that it had; if it will not come back, cancel: ${cancel}.`,
        [{ nodeId: brokerId, directoryId: null }],
      )
    })
  return [
    ...held,
    finding(
      'moves-under-way',
      'info',
      'Partitions are being moved',
      'By a run of Quorumdeck, by Cruise Control, or by somebody with the tools: the metadata log does not say. A run that was left has not taken its moves back; its page offers to (Wizards, runs that have ended). ' +
        `If nobody needs them: ${cancel}.`,
    ),
  ]
}

export function leftoversIn(log: LogFacts | null): Finding[] {
  return log === null ? [] : [...moves(log), ...throttles(log), ...cordons(log)]
}
