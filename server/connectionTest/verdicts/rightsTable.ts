/** Every right that Quorumdeck asks for: what works with it, what does not without it, and the command that grants it. Pure. */
import type { RightName, TriedRight } from '../../contract/fleet/rights.ts'
import type { Rights } from './rightsVerdict.ts'

/** Operations on the resource CLUSTER, as Kafka's request handlers ask for them (ControllerApis, KafkaApis). */
const TABLE: Readonly<Record<RightName, Pick<TriedRight, 'gives' | 'without' | 'requests'>>> = {
  DESCRIBE: {
    gives: ['the quorum with every lag, polled from the leader', 'moves of partitions that go on'],
    without: 'The quorum cannot be watched at all.',
    requests: ['DescribeQuorum', 'ListPartitionReassignments'],
  },
  CLUSTER_ACTION: {
    gives: [
      'the metadata log as it is written: voter changes, elections, registrations',
      'the way to the leader from any follower',
    ],
    without: 'Changes are seen by polling only, partitions not at all; restarts of brokers cannot be judged.',
    requests: ['Fetch of __cluster_metadata', 'FetchSnapshot'],
  },
  ALTER: {
    gives: [
      'the list of controllers, from a controller',
      'adding and removing voters, unregistering brokers, features',
    ],
    without: 'Controllers are not listed, and no guided change can send anything.',
    requests: [
      'DescribeCluster of controllers',
      'AddRaftVoter',
      'RemoveRaftVoter',
      'UpdateFeatures',
      'UnregisterBroker',
    ],
  },
  DESCRIBE_CONFIGS: {
    gives: ['the real timeouts of the quorum, auto-join, settings that must agree'],
    without: 'Timeouts are assumed, and whether settings differ between controllers is not seen.',
    requests: ['DescribeConfigs of nodes'],
  },
}

/** The operation as kafka-acls spells it. */
const SPELLED: Readonly<Record<RightName, string>> = {
  DESCRIBE: 'Describe',
  CLUSTER_ACTION: 'ClusterAction',
  ALTER: 'Alter',
  DESCRIBE_CONFIGS: 'DescribeConfigs',
}

/** In the shell of whoever copies it a name is one word, whatever it holds. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** @param at `host:port` of a controller, or of a broker */
export function grantCommand(
  right: RightName,
  principal: string | null,
  at: { address: string; endpoint: 'controller' | 'broker' } | null,
): string {
  const flag = at?.endpoint === 'broker' ? '--bootstrap-server' : '--bootstrap-controller'
  const who = quoted(`User:${principal ?? '<the user that Quorumdeck connects as>'}`)
  return `bin/kafka-acls.sh ${flag} ${at?.address ?? 'host:port'} --command-config admin.properties --add --allow-principal ${who} --operation ${SPELLED[right]} --cluster`
}

export function rightsTable(
  rights: Rights,
  principal: string | null,
  at: { address: string; endpoint: 'controller' | 'broker' } | null,
): TriedRight[] {
  return (Object.keys(TABLE) as RightName[]).map((right) => {
    const held = rights.get(right) ?? null
    return { right, held, ...TABLE[right], command: held === false ? grantCommand(right, principal, at) : null }
  })
}
