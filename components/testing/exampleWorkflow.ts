/** The disk of controller 2 has failed and its new disk is catching up: the run that tests and pictures start from. */
import type {
  AllowedCommand,
  Candidate,
  CatchUp,
  Gate,
  MarginStage,
  Workflow,
  WorkflowStep,
  WorkflowSummary,
} from '../../server/contract/workflows.ts'
import { directoryOf } from './exampleView.ts'

/** 14:03:00 UTC on the day of the example view. */
export const STARTED_MS = 1_731_412_980_000
export const OLD_DISK = directoryOf(2)
export const NEW_DISK = directoryOf(3)
export const REMOVE_TEXT = `kafka-metadata-quorum.sh --bootstrap-controller c0:8000 remove-controller \\
  --controller-id 2 --controller-directory-id ${OLD_DISK}`

export function aGate(code: string, title: string, change: Partial<Gate> = {}): Gate {
  return {
    code,
    title,
    ok: true,
    waiting: false,
    observed: 'yes',
    required: 'yes',
    why: '',
    source: 'KIP-853',
    remedy: '',
    ...change,
  }
}

export function aStep(key: string, title: string, change: Partial<WorkflowStep> = {}): WorkflowStep {
  return {
    key,
    title,
    detail: '',
    group: '',
    actor: 'server',
    state: 'pending',
    gates: [],
    doneWhen: [],
    commands: [],
    configs: [],
    lookingFor: [],
    evidence: [],
    startedAtMs: null,
    endedAtMs: null,
    ...change,
  }
}

export function aCommand(
  type: AllowedCommand['type'],
  label: string,
  change: Partial<AllowedCommand> = {},
): AllowedCommand {
  return {
    type,
    label,
    does: `${label}.`,
    equivalent: null,
    needsConfirmation: null,
    needsReason: false,
    danger: false,
    ...change,
  }
}

export const removalGates: readonly Gate[] = [
  aGate('lag-near-zero', 'Lag of the new incarnation is near zero', {
    ok: false,
    waiting: true,
    observed: '1 record, for 7 s',
    required: '≤ 10 for 10 s',
    why: 'Kafka would accept any node that caught up once in the last hour.',
    source: 'LeaderState.java',
    remedy: 'Wait: 3 s more.',
  }),
  aGate('fetches', 'It fetches', { observed: '212 ms ago', required: '< 2 s' }),
  aGate('margin-after', 'A majority stays healthy after the removal', {
    observed: '2 of 2',
    required: '2',
    why: 'Kafka does not look at the health of the voters that remain.',
    source: 'RemoveVoterHandler.java',
  }),
  aGate('target-down', 'The old incarnation is really down', { observed: 'silent 71 s', required: '≥ 2 s' }),
  aGate('no-pending', 'No other voter change is in flight', { observed: 'none, high watermark 541', required: 'none' }),
  aGate('fresh', 'The observation is fresh', { observed: '0.2 s', required: '≤ 5 s' }),
]

const seat = (nodeId: number, change: Partial<MarginStage['voters'][number]> = {}) => ({
  nodeId,
  directoryId: directoryOf(nodeId),
  health: 'ok' as const,
  leads: nodeId === 0,
  rack: null,
  ...change,
})

export const exampleMargins: readonly MarginStage[] = [
  {
    label: 'Now',
    step: null,
    voters: [seat(0), seat(1), seat(2, { health: 'silent' })],
    majority: 2,
    margin: 0,
    worst: { label: 'if 0 fails', margin: -1 },
    worstRack: null,
  },
  {
    label: 'After: Remove the old incarnation',
    step: 'remove',
    voters: [seat(0), seat(1)],
    majority: 2,
    margin: 0,
    worst: { label: 'if 0 fails', margin: -1 },
    worstRack: null,
  },
  {
    label: 'After: Add the new incarnation',
    step: 'add',
    voters: [seat(0), seat(1), seat(2, { directoryId: NEW_DISK })],
    majority: 2,
    margin: 1,
    worst: { label: 'if 0 fails', margin: 0 },
    worstRack: null,
  },
]

export const exampleCatchUp: CatchUp = {
  nodeId: 2,
  directoryId: NEW_DISK,
  lag: 1,
  lastFetchAgeMs: 212,
  gainPerSecond: 131,
  etaMs: 3_000,
  nearZeroMs: 7_000,
  neededMs: 10_000,
  samples: 28,
  lastReset: { atMs: STARTED_MS + 118_000, text: 'The leader changed.' },
  trail: Array.from({ length: 40 }, (_, i): [number, number] => [
    STARTED_MS + 110_000 + i * 400,
    Math.max(i % 3, 535 - i * 28),
  ]),
}

export const exampleCandidates: readonly Candidate[] = [
  { nodeId: 2, directoryId: NEW_DISK, lag: 1, health: 'ok', problem: '' },
  { nodeId: 3, directoryId: directoryOf(4), lag: 4_212, health: 'lagging', problem: 'It is far behind the leader.' },
]

export const park = aCommand('park', 'Park it', {
  does: 'Lets another change of this cluster go first. Nothing of the quorum changes.',
  needsReason: true,
})
export const abort = aCommand('abort', 'Abort…', {
  does: 'Ends the run. Nothing of the quorum has changed.',
  danger: true,
})
export const takeOver = aCommand('take-over', 'Take over…', {
  does: 'From now on this browser drives and the other one watches.',
  needsReason: true,
})
export const removeOld = aCommand('execute', 'Remove the old incarnation', {
  step: 'remove',
  does: 'Removes voter 2 with its old directory id. For some seconds no further controller may fail.',
  equivalent: REMOVE_TEXT,
  needsConfirmation: {
    statement: 'for some seconds no further controller may fail',
    typed: false,
    why: 'The margin is 0 until step 5 is done.',
  },
  danger: true,
})

const done = (key: string, title: string, detail: string, fromMs: number, toMs: number) =>
  aStep(key, title, { detail, state: 'done', startedAtMs: STARTED_MS + fromMs, endedAtMs: STARTED_MS + toMs })

export function aWorkflow(change: Partial<Workflow> = {}): Workflow {
  return {
    id: 'run-4711',
    kind: 'replace-disk',
    cluster: 'payments',
    clusterId: 'ucil9Sd9R7Ss8st7gV-Krg',
    title: 'Replace the failed disk of controller 2',
    params: { nodeId: 2 },
    reason: 'disk sdb dead, ticket 4711',
    state: 'waiting',
    now: 'Waiting until the new disk of controller 2 keeps up with the leader',
    revision: 7,
    driver: { id: 'browser-me', name: 'Browser 3f2a' },
    startedAtMs: STARTED_MS,
    endedAtMs: null,
    permission: null,
    parked: null,
    steps: [
      done('down', 'Old incarnation is down', 'slcsM5ZA…Aeg silent for 63 s', 0, 2_000),
      done('format', 'New disk formatted, controller started', 'observed: wrqMDI1W…gYw fetching', 2_000, 118_000),
      aStep('catch-up', 'New incarnation has caught up', {
        detail: '7 of 10 s near zero',
        state: 'checking',
        gates: [...removalGates],
        lookingFor: ['Its lag stays at 10 records or less for 10 s.', 'It fetches at least every 2 s.'],
        startedAtMs: STARTED_MS + 118_000,
      }),
      aStep('remove', 'Remove the old incarnation', { detail: 'voters 3 → 2, for seconds' }),
      aStep('add', 'Add the new incarnation', { detail: 'refused while 2 is still a voter' }),
      aStep('restored', 'Quorum restored', { detail: '3 voters, margin 1, steady 60 s' }),
    ],
    currentStep: 'catch-up',
    allowedCommands: [park, takeOver, abort],
    next: {
      label: 'Remove the old incarnation',
      does: 'You confirm that for some seconds no further controller may fail.',
      equivalent: REMOVE_TEXT,
      blockedBy: ['lag-near-zero'],
      possibleInMs: 3_000,
    },
    margins: [...exampleMargins],
    counterfactual: {
      title: 'Kafka alone would accept the removal now',
      text: 'It does not look at the lag of the new incarnation. If controller 1 stops before it has caught up, the quorum is lost.',
      harmful: true,
    },
    candidates: [],
    catchUp: exampleCatchUp,
    moves: null,
    handOver: null,
    recovery: null,
    notices: [],
    log: [
      { atMs: STARTED_MS + 122_000, actor: 'Quorumdeck', text: 'wrqMDI1W…gYw near zero' },
      { atMs: STARTED_MS + 118_000, actor: 'Quorumdeck', text: 'wrqMDI1W…gYw seen as an observer' },
      { atMs: STARTED_MS, actor: 'Browser 3f2a', text: 'Started: “disk sdb dead, ticket 4711”' },
    ],
    ...change,
  }
}

export function summaryOfRun(run: Workflow): WorkflowSummary {
  const at = run.steps.findIndex((step) => step.key === run.currentStep)
  const { id, kind, cluster, title, state, now, revision, driver, startedAtMs, endedAtMs } = run
  const step = at === -1 ? run.steps.length : at + 1
  const stepTitle = run.steps[step - 1]?.title ?? ''
  const steps = run.steps.length
  return { id, kind, cluster, title, state, now, revision, step, steps, stepTitle, driver, startedAtMs, endedAtMs }
}
