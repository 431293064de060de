/** What a process reports to the active controller about itself: registrations and heartbeats. */

import { send } from './network.ts'
import { endOffset } from './raft/log.ts'
import type { ClusterState, LiveNode } from './state.ts'
import { supportedFeatures } from './state.ts'
import { BROKER_HEARTBEAT_INTERVAL_MS } from './timing.ts'

/** Until a registration shows up in the log it is sent again this often. */
const REGISTRATION_RETRY_MS = 200
/** A broker asks to be unfenced as soon as it has read this close to the end it knows of. */
const CAUGHT_UP_RECORDS = 5

/** Who the process takes for the active controller. */
export function knownLeader(node: LiveNode): number | null {
  const { role } = node.run
  if (role.kind === 'leader') return node.id
  return role.kind === 'follower' ? role.leaderId : null
}

export function pollLifecycle(state: ClusterState, node: LiveNode): void {
  const { run, config } = node
  if (run.lifecycleAtMs > state.nowMs) return
  run.lifecycleAtMs = state.nowMs + BROKER_HEARTBEAT_INTERVAL_MS
  const leader = knownLeader(node)
  if (leader === null || run.highWatermark === null) {
    run.lifecycleAtMs = state.nowMs + REGISTRATION_RETRY_MS
    return
  }
  if (config.controllerListener !== null && run.image.controllers[node.id]?.incarnationId !== run.incarnationId) {
    run.lifecycleAtMs = state.nowMs + REGISTRATION_RETRY_MS
    send(state, node, leader, {
      kind: 'registerController',
      controllerId: node.id,
      incarnationId: run.incarnationId,
      listeners: [config.controllerListener],
      features: supportedFeatures(state),
    })
  }
  if (config.brokerListener !== null) tellAsBroker(state, node, leader)
}

/** A broker registers once in the life of its process: after an UnregisterBroker it must be restarted to come back. */
function tellAsBroker(state: ClusterState, node: LiveNode, leader: number): void {
  const { run, config } = node
  const known = run.image.brokers[node.id]
  if (known?.incarnationId === run.incarnationId) run.brokerRegistered = true
  if (!run.brokerRegistered && config.brokerListener !== null) {
    run.lifecycleAtMs = state.nowMs + REGISTRATION_RETRY_MS
    send(state, node, leader, {
      kind: 'registerBroker',
      brokerId: node.id,
      incarnationId: run.incarnationId,
      listeners: [config.brokerListener],
      features: supportedFeatures(state),
      logDirs: [node.disk.directoryId],
    })
    return
  }
  if (known === undefined) return
  if (known.fenced) run.lifecycleAtMs = state.nowMs + REGISTRATION_RETRY_MS
  const behind = endOffset(node.disk.log) - run.imageOffset
  const heartbeat = { brokerId: node.id, brokerEpoch: known.epoch, wantsFence: behind > CAUGHT_UP_RECORDS }
  send(state, node, leader, { kind: 'heartbeat', ...heartbeat, wantsShutdown: false })
}

/** Orderly shutdown of a broker: it asks to be fenced before its process ends. */
export function announceShutdown(state: ClusterState, node: LiveNode): void {
  const known = node.run.image.brokers[node.id]
  const leader = knownLeader(node)
  if (node.config.brokerListener === null || known === undefined || leader === null) return
  const heartbeat = { brokerId: node.id, brokerEpoch: known.epoch, wantsFence: true }
  send(state, node, leader, { kind: 'heartbeat', ...heartbeat, wantsShutdown: true })
}
