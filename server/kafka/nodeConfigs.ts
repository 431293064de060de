/** DescribeConfigs (32) of one node about itself; works on controller listeners too. Needs DESCRIBE_CONFIGS on CLUSTER. */
import { describeConfigsV4 } from '@platformatic/kafka'
import type { KafkaConnection } from './connection.ts'

/** `ConfigResource.Type.BROKER`: also the type of a pure controller. */
const BROKER = 4

export type ConfigsAnswer = { ok: true; configs: Map<string, string> } | { ok: false; errorCode: number }

/** The named configurations as the node itself holds them. @throws KafkaFailure */
export async function nodeConfigs(
  connection: KafkaConnection,
  nodeId: number,
  names: readonly string[],
): Promise<ConfigsAnswer> {
  connection.requireVersion(32, { min: 4, max: 4 }, 'DescribeConfigs v4')
  const answer = await connection.send((c) =>
    describeConfigsV4.api.async(
      c,
      [{ resourceType: BROKER, resourceName: String(nodeId), configurationKeys: [...names] }],
      false,
      false,
    ),
  )
  const result = answer.results[0]
  if (result === undefined || result.errorCode !== 0) return { ok: false, errorCode: result?.errorCode ?? -1 }
  const configs = new Map<string, string>()
  for (const { name, value } of result.configs) if (typeof value === 'string') configs.set(name, value)
  return { ok: true, configs }
}
