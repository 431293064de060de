/** DescribeConfigs (32) of one node about itself; works on controller listeners too. Needs DESCRIBE_CONFIGS on CLUSTER. */
import { describeConfigsV4 } from '@platformatic/kafka'
import type { KafkaConnection } from './connection.ts'

/** `ConfigResource.Type.BROKER`: also the type of a pure controller. */
const BROKER = 4

export type ConfigsAnswer =
  | {
      ok: true
      configs: Map<string, string>
      /** Set, but its value is withheld: passwords, and what Kafka's own definitions do not name (ConfigHelper). */
      withheld: Set<string>
    }
  | {
      ok: false
      errorCode: number
      /** The node id that answers in place of the one asked for, where its refusal names it. */
      answeringId: number | null
    }

/** ConfigHelper#describeConfigs: "Unexpected broker id, expected 0 or empty string, but received 2". */
const ANSWERING_ID = /expected (\d+)/

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
  if (result === undefined || result.errorCode !== 0) {
    const told = ANSWERING_ID.exec(result?.errorMessage ?? '')?.[1]
    return { ok: false, errorCode: result?.errorCode ?? -1, answeringId: told === undefined ? null : Number(told) }
  }
  const configs = new Map<string, string>()
  const withheld = new Set<string>()
  for (const { name, value, isSensitive } of result.configs) {
    if (typeof value === 'string') configs.set(name, value)
    else if (isSensitive) withheld.add(name)
  }
  return { ok: true, configs, withheld }
}
