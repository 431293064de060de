/**
 * What Kafka's own tools print when they have done what they were given, word for word; a part in angle brackets is of the
 * moment. Pure. Source: the tools of Apache Kafka 3.9.2 and 4.3.1, run in `runbook.kafka.test.ts`.
 */

import type { Endpoint } from '../../contract/quorumView.ts'
import { endpointText } from '../../contract/words/kafkaTool.ts'
import type { ClusterAct, VoterChange } from '../run/ports.ts'

export function additionPrints(nodeId: string, directoryId: string, endpoints: string): string {
  return `Added controller ${nodeId} with directory id ${directoryId} and endpoints: ${endpoints}`
}

const endpointsText = (endpoints: readonly Endpoint[]) => endpoints.map(endpointText).join(', ')

/** `kafka-metadata-quorum add-controller` and `remove-controller`. */
export function changePrints(change: VoterChange): string {
  return change.kind === 'add'
    ? additionPrints(String(change.nodeId), change.directoryId, endpointsText(change.endpoints) || '<its listeners>')
    : // Two blanks, as the tool has them.
      `Removed  KRaft controller ${change.nodeId} with directory id ${change.directoryId}`
}

/** Releases that format without a word about what they write. Of 4.2 nobody looked. */
const TERSE = ['3.9', '4.0', '4.1', '4.2']

/**
 * `kafka-storage format` of one empty directory. Kafka 4.3 prints first what it writes there.
 * @param release `null` where it is not known
 */
export function formatPrints(release: string | null, directory = 'metadata directory', log = '<log.dirs>'): string {
  return [
    ...(release === null || TERSE.includes(release) ? [] : ['Bootstrap metadata: <the features of this release>']),
    `Formatting ${directory} ${log} with metadata.version <metadata.version>.`,
  ].join('\n')
}

function reassignPrints({ moves }: Extract<ClusterAct, { kind: 'reassign' }>): string {
  const names = moves.map(({ topic, partition }) => `${topic}-${partition}`).sort()
  const many = names.length === 1 ? '' : 's'
  if (moves.every((m) => m.replicas === null)) {
    return `Successfully cancelled partition reassignment${many} for: ${names.join(',')}`
  }
  return [
    'Current partition replica assignment',
    '',
    '<where they are now, as JSON: keep it, it is the way back>',
    '',
    'Save this to use as the --reassignment-json-file option during rollback',
    `Successfully started partition reassignment${many} for ${names.join(',')}`,
  ].join('\n')
}

/** A request that does not change the voters, by the tool that `actCommand` names. */
export function actPrints(act: ClusterAct): string {
  switch (act.kind) {
    case 'unregister-broker':
      return `Broker ${act.nodeId} is no longer registered.`
    case 'upgrade-feature':
      return act.validateOnly
        ? `${act.feature} can be upgraded to ${act.level}.`
        : `${act.feature} was upgraded to ${act.level}.`
    case 'reassign':
      return reassignPrints(act)
    case 'cordon':
      return act.brokers.map(({ nodeId }) => `Completed updating config for broker ${nodeId}.`).join('\n')
    case 'configure': {
      const resources = new Set(act.configs.map((c) => `${c.type} ${c.resource}`))
      return [...resources].map((resource) => `Completed updating config for ${resource}.`).join('\n')
    }
    case 'cruise-control-remove':
      return '<the moves that it begins, as JSON; the header User-Task-ID names its task>'
    case 'cruise-control-stop':
      return '<that its executor stops, as JSON>'
    default:
      return act satisfies never
  }
}
