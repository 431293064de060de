/** Facts to begin a test with: the example quorum, observer 3 a registered controller that has kept up for a minute. */
import type { Endpoint, QuorumView } from '../../contract/quorumView.ts'
import type { StartWorkflow } from '../../contract/workflows.ts'
import { assess, NOTHING_REMEMBERED } from '../../quorum/assessment/assess.ts'
import { wizardOf } from '../../workflows/engine/decisions/progress.ts'
import { type Facts, probeKey } from '../../workflows/run/facts.ts'
import { foldRun } from '../../workflows/run/fold.ts'
import type { EndpointProbe } from '../../workflows/run/ports.ts'
import type { Run, RunEntry } from '../../workflows/run/run.ts'
import { DEFAULT_THRESHOLDS } from '../../workflows/run/thresholds.ts'
import { EMPTY_TRACK, observe } from '../../workflows/run/windows/track.ts'
import { asked as askedOf } from './exampleAccounts.ts'
import { DIRECTORY, NOW, type Over, observation, replica } from './exampleObservation.ts'

export const CANDIDATE = { nodeId: 3, directoryId: 'AVkkNlDPTFuyxXo2ruXfGA' } as const
export const CLUSTER_ID = 'ucil9Sd9R7Ss8st7gV-Krg'
const SECONDS_WATCHED = 70
const STEP_MS = 500

function endpoint(port: number): Endpoint[] {
  return [{ listener: 'CONTROLLER', host: 'localhost', port }]
}

const controllers = new Map(
  [0, 1, 2, 3].map((id) => [id, { endpoints: endpoint(8000 + id), incarnationId: `process ${id}` }]),
)
const configs = new Map([
  ['process.roles', 'controller'],
  ['controller.quorum.auto.join.enable', 'false'],
  ['controller.quorum.fetch.timeout.ms', '2000'],
])

/** A view as the observer makes it. */
export function exampleView(over: Over = {}): QuorumView {
  const { sample, facts, log, racks, asked, incidents } = over
  const made = assess(
    observation({
      sample: {
        observers: [replica(7, DIRECTORY[7]), replica(CANDIDATE.nodeId, CANDIDATE.directoryId)],
        voterEndpoints: new Map([0, 1, 2].map((id) => [id, endpoint(8000 + id)])),
        ...sample,
      },
      facts: { nodes: new Map([0, 1, 2, 3].map((id) => [id, { configs, supportedMetadataVersion: 30 }])), ...facts },
      log: log === null ? null : { controllers, ...log },
      ...(racks === undefined ? {} : { racks }),
      asked: asked === undefined ? [0, 1, 2, 3].map((id) => askedOf(id)) : asked,
      ...(incidents === undefined ? {} : { incidents }),
    }),
    NOTHING_REMEMBERED,
  )
  return { cluster: 'test', serverRunId: 'run', seq: 1, ...made.view }
}

/** Controller 2 leads a quorum of its own. */
export function contestedView(): QuorumView {
  const view = exampleView()
  const rival = {
    address: 'localhost:8002',
    nodeId: 2,
    leaderEpoch: 4,
    voters: [{ nodeId: 2, directoryId: DIRECTORY[2] }],
    highWatermark: 40,
    logEndOffset: 40,
    followers: [],
    proven: true,
  }
  return { ...view, quorum: { ...view.quorum, rivals: [rival] } }
}

/** The leader's log ends before what was committed. */
export function forgetfulView(): QuorumView {
  const incident = { id: 'x', kind: 'metadata-missing', firstSeenAtMs: NOW, title: '12,000 → 40', detail: '' } as const
  return { ...exampleView(), incidents: [incident] }
}

export function probe(nodeId: number, over: Partial<EndpointProbe> = {}): EndpointProbe {
  return {
    endpoint: { listener: 'CONTROLLER', host: 'localhost', port: 8000 + nodeId },
    outcome: 'answers',
    isNode: true,
    detail: 'answers',
    ...over,
  }
}

/** Probes as the gathering keeps them. */
export function probed(atMs: number, ...probes: EndpointProbe[]): Facts['probes'] {
  // The port of the example tells the node.
  return new Map(probes.map((one) => [probeKey(one.endpoint.port - 8000, one.endpoint), { atMs, probe: one }]))
}

/** Watched without a change for longer than every window. */
export function exampleFacts(view: QuorumView = exampleView(), over: Partial<Facts> = {}): Facts {
  let track = EMPTY_TRACK
  let atMs = 0
  const { log = null } = over
  for (; atMs <= SECONDS_WATCHED * 1000; atMs += STEP_MS) track = observe(track, view, atMs, DEFAULT_THRESHOLDS, log)
  const monotonicMs = atMs - STEP_MS
  return {
    nowMs: NOW,
    monotonicMs,
    view,
    ageMs: 100,
    link: 'live',
    track,
    thresholds: DEFAULT_THRESHOLDS,
    endpoints: new Map([0, 1, 2, 3].map((id) => [id, endpoint(8000 + id)])),
    probes: probed(monotonicMs, ...[0, 1, 2, 3].map((id) => probe(id))),
    log: null,
    nodes: new Map(),
    disks: null,
    moves: null,
    movedAtMs: null,
    cruiseControl: null,
    hostsBusy: false,
    sandbox: null,
    bootstrapControllers: ['localhost:8000'],
    commandConfig: null,
    ...over,
  }
}

/** A run as its start makes it, on these facts. */
export function exampleRun(request: Pick<StartWorkflow, 'kind' | 'params'>, facts: Facts, ...entries: RunEntry[]): Run {
  const params = request.params as Run['params']
  const plan = wizardOf(request.kind).plan(params, facts)
  const { view } = facts
  if (view === null) throw new Error('no view')
  const { observedAtMs, quorum, replicas } = view
  const actor = { id: 'operator', name: 'operator' }
  const started: RunEntry = {
    type: 'started',
    kind: request.kind,
    params,
    reason: '',
    plan,
    quorum: { observedAtMs, quorum, replicas },
    atMs: NOW,
    actor,
    text: 'Started.',
  }
  return foldRun({ id: 'run', cluster: 'test', clusterId: CLUSTER_ID }, [started, ...entries])
}
