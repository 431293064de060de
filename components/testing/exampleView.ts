/** A healthy quorum of three controllers and three brokers: what tests start from. */
import type { QuorumFacts, QuorumView, ReplicaView } from '../../server/contract/quorumView.ts'

const DIRECTORIES = [
  'pbvuBlaTTwKRxS5NLJwRFQ',
  'QjRpFtVDTtCa8OLXiSbmmA',
  'slcsM5ZAR0SMIF_u__MAeg',
  'wrqMDI1WDsqaooVSOtlgYw',
  'KCriHQZm3TlxvEVNgyWKJw',
  'aXLz3ixjqzXhCYqKHRD4WQ',
  'v5nnIwK8r0XqjyqlIPW-aw',
] as const

export function directoryOf(index: number): string {
  return DIRECTORIES[index] ?? `${String(index).padStart(21, '0')}A`
}

export function aReplica(nodeId: number, change: Partial<ReplicaView> = {}): ReplicaView {
  const controller = nodeId < 7
  const leads = change.status === 'leader'
  return {
    nodeId,
    directoryId: directoryOf(nodeId),
    status: controller ? 'follower' : 'observer',
    logEndOffset: 535,
    lag: 0,
    timeLagMs: 0,
    lastFetchAgeMs: leads ? 0 : 283,
    lastCaughtUpAgeMs: leads ? 0 : 283,
    health: 'ok',
    roles: [controller ? 'controller' : 'broker'],
    endpoints: controller ? [{ listener: 'CONTROLLER', host: 'localhost', port: 8000 + nodeId }] : [],
    registered: true,
    fenced: controller ? null : false,
    rack: null,
    ...change,
  }
}

export function someFacts(change: Partial<QuorumFacts> = {}): QuorumFacts {
  return {
    leaderId: 0,
    leaderEpoch: 9,
    leaderSinceMs: 1_731_059_573_639,
    leaderClockMs: 1_731_412_373_639,
    highWatermark: 535,
    kraftVersion: 1,
    metadataVersion: '4.3-IV0',
    kafkaRelease: '4.3',
    mode: 'dynamic',
    voters: 3,
    majority: 2,
    healthyVoters: 3,
    margin: 1,
    worstRack: null,
    maxFollowerLag: 0,
    maxFollowerLagTimeMs: 0,
    pendingVoterChange: null,
    settling: false,
    fetchTimeoutMs: 2_000,
    fetchTimeoutSource: 'cluster',
    requestTimeoutMs: 2000,
    autoJoin: false,
    committedVoters: null,
    leaderless: null,
    rivals: [],
    settingsDiffer: [],
    ...change,
  }
}

export function aView(change: Partial<QuorumView> = {}, facts: Partial<QuorumFacts> = {}): QuorumView {
  return {
    cluster: 'c',
    clusterId: 'ucil9Sd9R7Ss8st7gV-Krg',
    observedAtMs: 1_731_412_373_700,
    serverRunId: 'run',
    seq: 0,
    source: { nodeId: 0, via: 'controller', address: 'localhost:8000', tailing: true },
    quorum: someFacts(facts),
    replicas: [aReplica(0, { status: 'leader' }), aReplica(1), aReplica(2), aReplica(7), aReplica(8), aReplica(9)],
    controllers: [],
    incidents: [],
    incidentMemory: 'read',
    findings: [],
    ...change,
  }
}
