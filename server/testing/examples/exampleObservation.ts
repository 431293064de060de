/** An observation to begin a test with: leader 0, followers 1 and 2, broker 7, all well, on the leader's clock NOW. */
import type { ReplicaState } from '../../kafka/describeQuorum.ts'
import { type ClusterFacts, type LedSample, NO_FACTS, type Observation } from '../../quorum/assessment/sample.ts'
import { EMPTY_LOG, type LogFacts } from '../../quorum/log/metadataLog.ts'

/** Leader's wall clock in the example; the dashboard's is 90 s ahead, which must not matter. */
export const NOW = 1_700_000_000_000
export const SKEW = 90_000

export const DIRECTORY = {
  0: 'pbvuBlaTTwKRxS5NLJwRFQ',
  1: 'QjRpFtVDTtCa8OLXiSbmmA',
  2: 'slcsM5ZAR0SMIF_u__MAeg',
  7: 'KCriHQZm3TlxvEVNgyWKJw',
  new2: 'wrqMDI1WDsqaooVSOtlgYw',
} as const

export function replica(nodeId: number, directoryId: string | null, over: Partial<ReplicaState> = {}): ReplicaState {
  return { nodeId, directoryId, logEndOffset: 535, lastFetchMs: NOW - 283, lastCaughtUpMs: NOW - 283, ...over }
}

export const LEADER = replica(0, DIRECTORY[0], { lastFetchMs: NOW, lastCaughtUpMs: NOW })

export interface Over {
  sample?: Partial<LedSample>
  facts?: Partial<ClusterFacts>
  log?: Partial<LogFacts> | null
  racks?: Observation['racks']
  asked?: Observation['asked']
  incidents?: Observation['incidents']
  incidentMemory?: Observation['incidentMemory']
}

export function observation({
  sample,
  facts,
  log,
  racks = new Map(),
  asked = [],
  incidents = [],
  incidentMemory = 'read',
}: Over = {}): Observation & { sample: LedSample } {
  const endpoint = (port: number) => ({
    endpoints: [{ listener: 'CONTROLLER', host: 'localhost', port }],
    incarnationId: `process at ${port}`,
  })
  return {
    sample: {
      kind: 'led',
      observedAtMs: NOW + SKEW,
      source: { nodeId: 0, via: 'controller', address: 'localhost:8000', tailing: true },
      leaderId: 0,
      leaderEpoch: 9,
      highWatermark: 535,
      voters: [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2])],
      observers: [replica(7, DIRECTORY[7])],
      voterEndpoints: new Map([[0, endpoint(8000).endpoints]]),
      ...sample,
    },
    facts: { ...NO_FACTS, clusterId: 'ucil9Sd9R7Ss8st7gV-Krg', knowsVoterChanges: true, ...facts },
    log:
      log === null
        ? null
        : {
            ...EMPTY_LOG,
            controllers: new Map([0, 1, 2].map((id) => [id, endpoint(8000 + id)])),
            brokers: new Map([[7, { ...endpoint(9092), fenced: false, rack: null }]]),
            features: new Map([['metadata.version', 30]]),
            kraftVersion: 1,
            leader: { leaderId: 0, epoch: 9, sinceMs: NOW - 3_600_000 },
            ...log,
          },
    racks,
    asked,
    incidents,
    incidentMemory,
  }
}
