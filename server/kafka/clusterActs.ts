/**
 * Requests that change the cluster and not its voters: UpdateFeatures (57), UnregisterBroker (64). Kafka's error codes are
 * data here, as in raftVoters.ts. Source: ControllerApis#handleUpdateFeatures, #handleUnregisterBroker.
 */
import { unregisterBrokerV0, updateFeaturesV1 } from '@platformatic/kafka'
import type { KafkaConnection } from './connection.ts'
import type { VoterChangeAnswer } from './raftVoters.ts'

export type ClusterAct =
  /** UnregisterBroker (64): takes a registration out of the metadata. */
  | { kind: 'unregister-broker'; nodeId: number }
  /** UpdateFeatures (57). `validateOnly`: asks whether it would be accepted. */
  | { kind: 'upgrade-feature'; feature: string; level: number; validateOnly: boolean }

/** FeatureUpdate.UpgradeType.UPGRADE */
const UPGRADE = 1

const API_OF: Readonly<Record<ClusterAct['kind'], { key: number; name: string; version: number }>> = {
  'unregister-broker': { key: 64, name: 'UnregisterBroker', version: 0 },
  'upgrade-feature': { key: 57, name: 'UpdateFeatures', version: 1 },
}

/** Why this node cannot take the request; `null` where it can. */
export function cannotTake(connection: KafkaConnection, { kind }: ClusterAct): string | null {
  const { key, name, version } = API_OF[kind]
  return connection.version(key, { min: version, max: version }) === null
    ? `the leader does not offer ${name} v${version}`
    : null
}

/** @throws KafkaFailure where no answer came */
export async function requestAct(
  connection: KafkaConnection,
  act: ClusterAct,
  timeoutMs: number,
): Promise<VoterChangeAnswer> {
  switch (act.kind) {
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
    default:
      return act satisfies never
  }
}
