/** What the dashboard holds: a journal that survives its crash, and memory that does not. Plain data. */
import type { LinkState } from '../../contract/clusters.ts'
import type { QuorumView } from '../../contract/quorumView.ts'
import type { SandboxAction } from '../../contract/sandbox.ts'
import { NOTHING_REMEMBERED, type Remembered } from '../../quorum/assessment/assess.ts'
import { type ClusterFacts, NO_FACTS, type NodeFacts, type QuorumSample } from '../../quorum/assessment/sample.ts'
import type { LogFacts } from '../../quorum/log/metadataLog.ts'
import type { ClientResponse } from '../../sandbox/simulatedQuorum/core/api/rpc.ts'
import type { IntentClock } from '../../workflows/engine/decisions/advance.ts'
import type { Facts } from '../../workflows/run/facts.ts'
import { foldRun } from '../../workflows/run/fold.ts'
import type { ChangeOutcome, KafkaAct, VoterChange } from '../../workflows/run/ports.ts'
import type { Run, RunEntry, RunHead } from '../../workflows/run/run.ts'
import { EMPTY_TRACK, type Track } from '../../workflows/run/windows/track.ts'

/** The voter change on its way. */
export interface OpenRpc {
  intentSeq: number
  requestId: number
  nodeId: number
  /** The process that the connection leads to: with its end the connection ends. */
  runId: number
  sentMs: number
  /** Its answer will not be heard. */
  isDeaf: boolean
  /** Its answer will be heard a second time. */
  comesTwice: boolean
  answer: ClientResponse | null
}

/** A request that does not change the voters, on its way or about to be. */
export interface OpenAct {
  step: string
  actSeq: number
  act: KafkaAct
  gated: boolean
  /** `null` until it has left. */
  sent: { requestId: number; nodeId: number; runId: number; atMs: number } | null
  /** Its answer will not be heard. */
  isDeaf: boolean
  answer: ClientResponse | null
}

/** What is read beside the polls. */
export interface Reading {
  log: LogFacts | null
  facts: ClusterFacts
}

export interface Dashboard {
  /** Synced entry by entry. */
  journal: readonly RunEntry[]
  head: RunHead | null
  run: Run | null
  clock: IntentClock | null
  /** Seqs of the requests that this process sent. */
  requests: ReadonlySet<number>
  /** Decided and in the journal, its request not on its way yet. */
  sending: { intentSeq: number; change: VoterChange } | null
  rpc: OpenRpc | null
  acting: OpenAct | null
  echo: { atMs: number; intentSeq: number; outcome: ChangeOutcome } | null
  /** `isLookedAt`: the gates were judged once more. */
  hostWork: { step: string; acts: readonly SandboxAction[]; isLookedAt: boolean } | null
  track: Track
  remembered: Remembered
  view: QuorumView | null
  sample: QuorumSample | null
  reading: Reading
  link: LinkState
  leaderId: number | null
  highestEpoch: number
  /** What each controller that was ever asked said of itself. */
  nodes: ReadonlyMap<number, NodeFacts>
  probes: Facts['probes']
  sandbox: Facts['sandbox']
  polledAtMs: number
  lookedAtMs: number
}

export function newDashboard(): Dashboard {
  return {
    journal: [],
    head: null,
    run: null,
    clock: null,
    requests: new Set(),
    sending: null,
    rpc: null,
    acting: null,
    echo: null,
    hostWork: null,
    track: EMPTY_TRACK,
    remembered: NOTHING_REMEMBERED,
    view: null,
    sample: null,
    reading: { log: null, facts: NO_FACTS },
    link: 'connecting',
    leaderId: null,
    highestEpoch: 0,
    nodes: new Map(),
    probes: new Map(),
    sandbox: null,
    polledAtMs: 0,
    lookedAtMs: 0,
  }
}

/** The process ended and was started anew: what is not in the journal is gone. As `ClusterRuns.load` takes up a stored run. */
export function restarted({ journal, head }: Dashboard, nowMs: number): Dashboard {
  if (head === null) return newDashboard()
  const run = foldRun(head, journal)
  // A request that may have been sent ended with the process that sent it.
  const clock = run.intent === null ? null : { sentMs: nowMs, endedMs: nowMs }
  return { ...newDashboard(), journal, head, run, clock }
}
