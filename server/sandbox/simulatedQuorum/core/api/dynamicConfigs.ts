/**
 * IncrementalAlterConfigs at the active controller, for brokers (ConfigurationControlManager). There are no topics here, so none
 * has a configuration.
 */

import type { ReplyTo } from '../messages.ts'
import { reply } from '../network.ts'
import { appendAsLeader } from '../raft/leaderLog.ts'
import type { LogRecord } from '../raft/records.ts'
import { imageWithTail } from '../raft/replica.ts'
import type { ClusterState, LeaderNode, LiveNode } from '../state.ts'
import { ErrorCode, errorMessage } from './errors.ts'
import { activeLeader, replyWhenCommitted, wrongController } from './features.ts'
import type { ClientRequest, Outcome } from './rpc.ts'

type AlterConfigs = Extract<ClientRequest, { api: 'alterConfigs' }>
type Resource = AlterConfigs['resources'][number]

/** ConfigResource.Type */
const BROKER = 4
/** AlterConfigOp.OpType */
const SET = 0
const DELETE = 1

const GOOD: Outcome = { error: ErrorCode.none, message: null }

function refusal(leader: LeaderNode, { type, name, configs }: Resource): Outcome {
  if (type !== BROKER) {
    const error = ErrorCode.unknownTopicOrPartition
    return { error, message: errorMessage(error) }
  }
  if (imageWithTail(leader).brokers[Number(name)] === undefined) {
    return { error: ErrorCode.brokerIdNotRegistered, message: `No broker with id ${name} found.` }
  }
  const strange = configs.find(({ operation }) => operation !== SET && operation !== DELETE)
  if (strange === undefined) return GOOD
  return { error: ErrorCode.invalidConfig, message: `Can't ${strange.operation} to key ${strange.name}` }
}

function recordsOf({ name: broker, configs }: Resource): LogRecord[] {
  return configs.map(({ name, operation, value }) => ({
    kind: 'brokerConfig',
    brokerId: Number(broker),
    name,
    value: operation === DELETE ? null : value,
  }))
}

export function handleAlterConfigs(state: ClusterState, node: LiveNode, replyTo: ReplyTo, request: AlterConfigs): void {
  const leader = activeLeader(node)
  const results = request.resources.map((resource) => {
    const { type, name } = resource
    return { type, name, ...(leader === null ? wrongController(node) : refusal(leader, resource)) }
  })
  // Each resource stands for itself: what is good is written although another is refused.
  const good = request.resources.filter((_, index) => results[index]?.error === ErrorCode.none)
  if (leader === null || request.validateOnly || good.length === 0) {
    reply(state, node, replyTo, { api: 'alterConfigs', results })
    return
  }
  appendAsLeader(state, leader, good.flatMap(recordsOf))
  replyWhenCommitted(leader, replyTo, { api: 'alterConfigs', results })
}
