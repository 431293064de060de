/**
 * Who stands behind an address, as seen from here: whether its peers reach it, nobody here can know. A node answers
 * DescribeConfigs only for its own id (ConfigHelper#describeConfigs), so the question names the id that is meant.
 */
import { hostPort } from '../../contract/hostPort.ts'
import type { Endpoint, Reach } from '../../contract/quorumView.ts'
import type { KafkaConnection, OpenOptions } from '../../kafka/connection.ts'
import { asFailure, type FailureCode, type KafkaFailure, kafkaErrorName } from '../../kafka/failure.ts'
import { nodeConfigs } from '../../kafka/nodeConfigs.ts'
import { reachOf } from '../assessment/reach.ts'

export interface EndpointProbe {
  endpoint: Endpoint
  /**
   * `refused`: nobody listens. `silent`: no answer in time, or it cannot be reached. `answers`: it speaks Kafka.
   * `unverifiable`: something answers, but TLS or the authentication does not let us see who: it is not down.
   */
  outcome: Reach
  /** Whether the answering process is the node asked for; `null` where it is not known. */
  isNode: boolean | null
  detail: string
}

/** Time for the connection, and again for each answer, in ms. */
const PROBE_TIMEOUT_MS = 1500
const CLUSTER_AUTHORIZATION_FAILED = 31
const INVALID_REQUEST = 42
/** Failures that only something speaking Kafka's protocol brings about. */
const SPEAKS_KAFKA: ReadonlySet<FailureCode> = new Set(['kafka-error', 'unsupported-version'])

/** Never rejects. */
export async function probeEndpoint(
  nodeId: number,
  endpoint: Endpoint,
  open: (timeouts: OpenOptions) => Promise<KafkaConnection>,
): Promise<EndpointProbe> {
  const where = hostPort(endpoint)
  let connection: KafkaConnection
  try {
    connection = await open({ connectTimeoutMs: PROBE_TIMEOUT_MS, requestTimeoutMs: PROBE_TIMEOUT_MS })
  } catch (error) {
    const failure = asFailure(where, error)
    return { endpoint, outcome: outcomeOf(failure), isNode: null, detail: `${where}: ${failure.message}.` }
  }
  try {
    const answer = await nodeConfigs(connection, nodeId, ['node.id'])
    if (answer.ok) return { endpoint, outcome: 'answers', isNode: true, detail: `Node ${nodeId} answers at ${where}.` }
    const { isNode, detail } = refusal(nodeId, where, answer.errorCode)
    return { endpoint, outcome: 'answers', isNode, detail }
  } catch (error) {
    const { message } = asFailure(where, error)
    const detail = `${where} speaks Kafka, but did not say which node it is: ${message}.`
    return { endpoint, outcome: 'answers', isNode: null, detail }
  } finally {
    connection.close()
  }
}

function refusal(nodeId: number, where: string, errorCode: number): Pick<EndpointProbe, 'isNode' | 'detail'> {
  switch (errorCode) {
    case INVALID_REQUEST:
      return { isNode: false, detail: `Another node than ${nodeId} answers at ${where}.` }
    case CLUSTER_AUTHORIZATION_FAILED:
      return {
        isNode: null,
        detail: `${where} answers, but the right DESCRIBE_CONFIGS on the cluster, which would tell which node it is, is missing.`,
      }
    default:
      return { isNode: null, detail: `${where} answers, but not which node it is: ${kafkaErrorName(errorCode)}.` }
  }
}

function outcomeOf(failure: KafkaFailure): EndpointProbe['outcome'] {
  if (SPEAKS_KAFKA.has(failure.code)) return 'answers'
  const reach = reachOf(failure.code)
  return reach === 'refused' && !everyWayRefused(failure) ? 'silent' : reach
}

/** A name with several addresses gives one error with those of all: one of them may be silent, not refusing. */
function everyWayRefused(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(everyWayRefused)
  if (!(error instanceof Error)) return false
  if (error.cause !== undefined) return everyWayRefused(error.cause)
  return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
}
