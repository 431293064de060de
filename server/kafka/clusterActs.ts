/**
 * Requests that change the cluster and not its voters. Kafka's error codes are data here, as in raftVoters.ts; where an answer
 * has many parts, the first that is bad stands for it. All of them are taken by the active controller's own listener.
 * Source: ControllerApis.
 */
import {
  alterPartitionReassignmentsV0,
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
  unregisterBrokerV0,
  updateFeaturesV1,
} from '@platformatic/kafka'
import type { Endpoint } from '../contract/quorumView.ts'
import type { KafkaConnection } from './connection.ts'
import type { VoterChangeAnswer } from './raftVoters.ts'

/**
 * Any change of the cluster but one of its voters. Each may be asked for twice without harm: what it asks for is a state, and
 * an answer that is lost is settled by looking.
 */
export type KafkaAct =
  /** UnregisterBroker (64): takes a registration out of the metadata. */
  | { kind: 'unregister-broker'; nodeId: number }
  /** UpdateFeatures (57). `validateOnly`: asks whether it would be accepted. */
  | { kind: 'upgrade-feature'; feature: string; level: number; validateOnly: boolean }
  /** AlterPartitionReassignments (45). `replicas` null cancels what is going on. */
  | { kind: 'reassign'; moves: { topic: string; partition: number; replicas: number[] | null }[] }
  /** IncrementalAlterConfigs (44). `value` null takes the dynamic configuration away. */
  | { kind: 'configure'; configs: { type: 'topic' | 'broker'; resource: string; name: string; value: string | null }[] }
  /** KIP-1066: each broker must be asked itself, because a controller takes no broader value of cordoned.log.dirs (40). */
  | { kind: 'cordon'; brokers: { nodeId: number; endpoint: Endpoint }[] }

/** What a cancellation of nothing is answered with: that is what it was for. */
const NO_REASSIGNMENT_IN_PROGRESS = 85

/** Asks a broker, at its own listener, to keep new partitions away from all of its disks. @throws KafkaFailure */
export async function requestCordon(connection: KafkaConnection, nodeId: number): Promise<VoterChangeAnswer> {
  const configs = [{ type: 'broker' as const, resource: String(nodeId), name: 'cordoned.log.dirs', value: '*' }]
  return await requestAct(connection, { kind: 'configure', configs }, 0)
}

/** FeatureUpdate.UpgradeType.UPGRADE */
const UPGRADE = 1

const API_OF: Readonly<Record<KafkaAct['kind'], { key: number; name: string; version: number }>> = {
  'unregister-broker': { key: 64, name: 'UnregisterBroker', version: 0 },
  cordon: { key: 44, name: 'IncrementalAlterConfigs', version: 1 },
  'upgrade-feature': { key: 57, name: 'UpdateFeatures', version: 1 },
  reassign: { key: 45, name: 'AlterPartitionReassignments', version: 0 },
  configure: { key: 44, name: 'IncrementalAlterConfigs', version: 1 },
}

/** Why this node cannot take the request; `null` where it can. */
export function cannotTake(connection: KafkaConnection, { kind }: KafkaAct): string | null {
  const { key, name, version } = API_OF[kind]
  return connection.version(key, { min: version, max: version }) === null
    ? `the leader does not offer ${name} v${version}`
    : null
}

/** @throws KafkaFailure where no answer came */
export async function requestAct(
  connection: KafkaConnection,
  act: KafkaAct,
  timeoutMs: number,
): Promise<VoterChangeAnswer> {
  switch (act.kind) {
    case 'cordon':
      throw new Error('a broker is asked itself')
    case 'unregister-broker': {
      const { errorCode, errorMessage } = await connection.send((c) => unregisterBrokerV0.api.async(c, act.nodeId))
      return { errorCode, errorMessage: errorMessage ?? null }
    }
    case 'upgrade-feature': {
      const { feature, level: maxVersionLevel, validateOnly } = act
      const answer = await connection.send((c) =>
        updateFeaturesV1.api.async(c, timeoutMs, [{ feature, maxVersionLevel, upgradeType: UPGRADE }], validateOnly),
      )
      // Kafka 3.9 answers good as a whole, with an error for the feature.
      const failed = answer.results.find((r) => r.errorCode !== 0) ?? answer
      return { errorCode: failed.errorCode, errorMessage: failed.errorMessage ?? answer.errorMessage ?? null }
    }
    case 'reassign': {
      const topics = new Map<string, { partitionIndex: number; replicas: number[] | null }[]>()
      for (const { topic, partition, replicas } of act.moves) {
        const partitions = topics.get(topic) ?? []
        partitions.push({ partitionIndex: partition, replicas })
        topics.set(topic, partitions)
      }
      const asked = [...topics].map(([name, partitions]) => ({ name, partitions }))
      const answer = await connection.send((c) => alterPartitionReassignmentsV0.api.async(c, timeoutMs, true, asked))
      for (const { name, partitions } of answer.responses) {
        const bad = partitions.find((p) => p.errorCode !== 0 && p.errorCode !== NO_REASSIGNMENT_IN_PROGRESS)
        if (bad !== undefined) {
          const said = bad.errorMessage ?? null
          return {
            errorCode: bad.errorCode,
            errorMessage: `${name}-${bad.partitionIndex}${said === null ? '' : `: ${said}`}`,
          }
        }
      }
      return { errorCode: answer.errorCode, errorMessage: answer.errorMessage ?? null }
    }
    case 'configure': {
      const resources = new Map<string, { type: 'topic' | 'broker'; resource: string; configs: typeof act.configs }>()
      for (const config of act.configs) {
        const key = `${config.type} ${config.resource}`
        const own = resources.get(key) ?? { type: config.type, resource: config.resource, configs: [] }
        own.configs.push(config)
        resources.set(key, own)
      }
      const asked = [...resources.values()].map(({ type, resource, configs }) => ({
        resourceType: type === 'topic' ? ConfigResourceTypes.TOPIC : ConfigResourceTypes.BROKER,
        resourceName: resource,
        configs: configs.map(({ name, value }) =>
          value === null
            ? { name, configOperation: IncrementalAlterConfigOperationTypes.DELETE }
            : { name, configOperation: IncrementalAlterConfigOperationTypes.SET, value },
        ),
      }))
      const answer = await connection.send((c) => incrementalAlterConfigsV1.api.async(c, asked, false))
      const bad = answer.responses.find((r) => r.errorCode !== 0)
      if (bad === undefined) return { errorCode: 0, errorMessage: null }
      return { errorCode: bad.errorCode, errorMessage: `${bad.resourceName}: ${bad.errorMessage ?? 'refused'}` }
    }
    default:
      return act satisfies never
  }
}
