/**
 * The active controller: what Kafka's QuorumController writes to the log of its own accord (bootstrap records, NoOps,
 * fencing) and for registrations and heartbeats.
 */

import type { Message } from '../messages.ts'
import { appendAsLeader } from '../raft/leaderLog.ts'
import { endOffset } from '../raft/log.ts'
import type { LogRecord } from '../raft/records.ts'
import { imageWithTail } from '../raft/replica.ts'
import type { ClusterState, LeaderNode } from '../state.ts'
import { BROKER_SESSION_TIMEOUT_MS, NO_OP_INTERVAL_MS, SESSION_CHECK_INTERVAL_MS } from '../timing.ts'

/** Begins to act once a record of this epoch is committed; an empty log first gets the bootstrap records. */
export function activateController(state: ClusterState, node: LeaderNode): void {
  const { controller } = node.run.role
  controller.active = true
  controller.noOpAtMs = state.nowMs + NO_OP_INTERVAL_MS
  controller.sessionCheckAtMs = state.nowMs + SESSION_CHECK_INTERVAL_MS
  const image = imageWithTail(node)
  // Every unfenced broker gets a full session to find the new controller (BrokerHeartbeatManager).
  for (const broker of Object.values(image.brokers)) if (!broker.fenced) controller.heartbeats[broker.id] = state.nowMs
  if (Object.keys(image.features).length > 0) return
  const features = node.disk.bootstrap.features.map(
    ({ name, level }): LogRecord => ({ kind: 'featureLevel', name, level }),
  )
  appendAsLeader(state, node, [
    { kind: 'beginTransaction', name: 'Bootstrap records' },
    ...features,
    { kind: 'endTransaction' },
  ])
}

export function controllerDeadline(node: LeaderNode): number {
  const { controller } = node.run.role
  return controller.active ? Math.min(controller.noOpAtMs, controller.sessionCheckAtMs) : Number.POSITIVE_INFINITY
}

export function pollController(state: ClusterState, node: LeaderNode): void {
  const { controller } = node.run.role
  if (!controller.active) return
  if (controller.sessionCheckAtMs <= state.nowMs) {
    controller.sessionCheckAtMs = state.nowMs + SESSION_CHECK_INTERVAL_MS
    fenceSilentBrokers(state, node)
  }
  if (controller.noOpAtMs <= state.nowMs) {
    controller.noOpAtMs = state.nowMs + NO_OP_INTERVAL_MS
    appendAsLeader(state, node, [{ kind: 'noOp' }])
  }
}

function fenceSilentBrokers(state: ClusterState, node: LeaderNode): void {
  const { heartbeats } = node.run.role.controller
  const silent = (brokerId: number) => state.nowMs - (heartbeats[brokerId] ?? state.nowMs) >= BROKER_SESSION_TIMEOUT_MS
  if (!Object.keys(heartbeats).some((id) => silent(Number(id)))) return
  for (const broker of Object.values(imageWithTail(node).brokers)) {
    if (broker.fenced || !silent(broker.id)) continue
    delete heartbeats[broker.id]
    appendAsLeader(state, node, [change(broker.id, broker.epoch, 'fence')])
  }
}

function change(
  brokerId: number,
  brokerEpoch: number,
  fencing: 'fence' | 'unfence' | 'none',
  startsControlledShutdown = false,
): LogRecord {
  return { kind: 'brokerChange', brokerId, brokerEpoch, fencing, startsControlledShutdown }
}

export function handleRegisterController(
  state: ClusterState,
  node: LeaderNode,
  message: Extract<Message, { kind: 'registerController' }>,
): void {
  if (!node.run.role.controller.active) return
  const known = imageWithTail(node).controllers[message.controllerId]
  if (known?.incarnationId !== message.incarnationId) appendAsLeader(state, node, [message])
}

export function handleRegisterBroker(
  state: ClusterState,
  node: LeaderNode,
  message: Extract<Message, { kind: 'registerBroker' }>,
): void {
  const { controller } = node.run.role
  if (!controller.active) return
  const known = imageWithTail(node).brokers[message.brokerId]
  if (known?.incarnationId === message.incarnationId) return
  controller.heartbeats[message.brokerId] = state.nowMs
  const brokerEpoch = endOffset(node.disk.log)
  appendAsLeader(state, node, [{ ...message, brokerEpoch, fenced: true, inControlledShutdown: false }])
}

/** Unfences a broker that asks for it and fences one that shuts down; an unknown or replaced broker is not answered. */
export function handleHeartbeat(
  state: ClusterState,
  node: LeaderNode,
  message: Extract<Message, { kind: 'heartbeat' }>,
): void {
  const { controller } = node.run.role
  if (!controller.active) return
  const broker = imageWithTail(node).brokers[message.brokerId]
  if (broker === undefined || broker.epoch !== message.brokerEpoch) return
  if (message.wantsShutdown) {
    delete controller.heartbeats[broker.id]
    if (broker.fenced) return
    appendAsLeader(state, node, [change(broker.id, broker.epoch, 'none', true)])
    appendAsLeader(state, node, [change(broker.id, broker.epoch, 'fence')])
    return
  }
  controller.heartbeats[broker.id] = state.nowMs
  if (broker.fenced && !message.wantsFence) appendAsLeader(state, node, [change(broker.id, broker.epoch, 'unfence')])
}
