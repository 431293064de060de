/** A run in every state that its page can show, and the browser that drives it. */
import type { Page } from '@playwright/test'
import {
  abort,
  aCommand,
  aGate,
  aStep,
  aWorkflow,
  exampleCandidates,
  NEW_DISK,
  park,
  removalGates,
  removeOld,
  STARTED_MS,
  takeOver,
} from '../components/testing/exampleWorkflow.ts'
import type { Workflow } from '../server/contract/workflows.ts'

export const ME = { id: 'browser-me', name: 'Browser 3f2a' }
export const ANN = { id: 'browser-ann', name: 'Ann' }

/** This browser is the one that drives the example. */
export async function actAs(page: Page, actor: { id: string; name: string }): Promise<void> {
  await page.addInitScript((kept) => localStorage.setItem('quorumdeck-actor', kept), JSON.stringify(actor))
}

const base = aWorkflow()
const holding = removalGates.map((gate) => ({ ...gate, ok: true, waiting: false, remedy: '' }))

/** The example with another current step. */
function at(key: string, step: Partial<Workflow['steps'][number]>, change: Partial<Workflow>): Workflow {
  const index = base.steps.findIndex((one) => one.key === key)
  const steps = base.steps.map((one, i) => {
    if (i === index) return { ...one, ...step }
    const ended = { startedAtMs: STARTED_MS, endedAtMs: STARTED_MS + 1_000 * (i + 1) }
    return i < index ? { ...one, state: 'done' as const, gates: [], lookingFor: [], ...ended } : one
  })
  return aWorkflow({ steps, currentStep: key, catchUp: null, next: null, ...change })
}

export const ready = at(
  'remove',
  { state: 'ready', gates: holding },
  {
    state: 'waiting',
    now: 'The old incarnation may be removed now',
    revision: 9,
    allowedCommands: [removeOld, park, takeOver, abort],
    catchUp: base.catchUp,
  },
)

const typed = {
  statement: 'there is no replacement',
  typed: true,
  why: 'Without a new disk the quorum stays at two voters: no further controller may fail until one is added.',
}

export const typedStatement = at(
  'remove',
  { state: 'ready', gates: holding },
  {
    now: 'The old incarnation may be removed before its replacement is here, if you say so',
    allowedCommands: [
      aCommand('execute', 'Remove without a replacement', {
        step: 'remove',
        does: 'Removes voter 2. The quorum has two voters afterwards.',
        needsConfirmation: typed,
        needsReason: true,
      }),
      park,
      takeOver,
      abort,
    ],
  },
)

export const blocked = at(
  'remove',
  {
    state: 'checking',
    gates: [
      aGate('margin-after', 'A majority stays healthy after the removal', {
        ok: false,
        observed: '1 of 2',
        required: '2',
        why: 'Kafka does not look at the health of the voters that remain.',
        source: 'RemoveVoterHandler.java',
        remedy: 'Bring controller 1 back first: it has been silent for 12 s.',
      }),
      ...holding.slice(3),
    ],
  },
  {
    state: 'blocked',
    now: 'The old incarnation may not be removed: the quorum would be lost',
    next: { ...(base.next as NonNullable<Workflow['next']>), blockedBy: ['margin-after'], possibleInMs: null },
    margins: base.margins.map((stage, i) => (i === 1 ? { ...stage, margin: -1 } : stage)),
  },
)

export const outcomeUnknown = at(
  'remove',
  { state: 'verifying', detail: 'the leader did not answer' },
  { state: 'outcomeUnknown', now: 'Reading whether the old incarnation was removed', allowedCommands: [takeOver] },
)

export const pausedDrift = at(
  'add',
  { state: 'checking' },
  {
    state: 'pausedDrift',
    now: 'Voter 3 was added by somebody else while this run was under way',
    allowedCommands: [
      aCommand('replan', 'Go on with these voters', {
        does: 'Takes the voters as they are and plans the rest anew.',
        needsReason: true,
      }),
      takeOver,
      aCommand('leave', 'Leave it so', {
        does: 'Ends the run with what has changed so far.',
        danger: true,
        needsReason: true,
      }),
    ],
  },
)

export const parked = aWorkflow({
  parked: { by: 'Ann', reason: 'controller 1 first', atMs: STARTED_MS + 90_000 },
  state: 'waiting',
  now: 'Rests until it is resumed',
  next: null,
  allowedCommands: [
    aCommand('resume', 'Resume', { does: 'Looks at the quorum anew and goes on from there.' }),
    takeOver,
    abort,
  ],
})

export const onTheHost = at(
  'format',
  {
    state: 'awaiting-operator',
    actor: 'operator',
    gates: [],
    commands: [
      {
        host: 'c2.example.com',
        text: 'kafka-storage.sh format --cluster-id ucil9Sd9R7Ss8st7gV-Krg --no-initial-controllers \\\n  --config /etc/kafka/controller.properties',
        prints: 'Formatting metadata directory /var/lib/kafka with metadata.version 4.3-IV0.',
        note: 'The new disk must be mounted and empty. Nothing of the old disk is copied.',
      },
      { host: 'c2.example.com', text: 'systemctl start kafka-controller', prints: '', note: '' },
    ],
    lookingFor: ['Node 2 appears with a directory id other than slcsM5ZA…Aeg.', 'It fetches from the leader.'],
  },
  {
    now: 'Format the new disk of controller 2 and start it',
    candidates: [...exampleCandidates],
    allowedCommands: [
      aCommand('do-it-for-me', 'Do it for me', {
        step: 'format',
        does: 'This is a practice quorum: formats the disk of host 2 and starts it.',
      }),
      aCommand('choose', 'Take this one', { nodeId: 2, directoryId: NEW_DISK, does: 'Goes on with this incarnation.' }),
      aCommand('state', 'No replacement yet', {
        key: 'no-replacement',
        does: 'The old incarnation is removed first.',
        needsConfirmation: typed,
      }),
      park,
      takeOver,
      abort,
    ],
  },
)

export const notMine = { ...ready, driver: ANN }

const endedAtMs = STARTED_MS + 245_000
export const done = aWorkflow({
  state: 'done',
  now: 'The quorum is whole again: 3 voters, you can lose 1 more controller',
  revision: 15,
  endedAtMs,
  steps: base.steps.map((step, i) => ({
    ...step,
    state: 'done' as const,
    gates: [],
    startedAtMs: STARTED_MS + i * 40_000,
    endedAtMs: STARTED_MS + (i + 1) * 40_000,
  })),
  currentStep: null,
  allowedCommands: [],
  next: null,
  counterfactual: null,
  catchUp: null,
})

const topicMoves = { partitionsMoving: 0, bytesPerSecond: null, etaMs: null }
/** Brokers that are being emptied: one topic is moved, of another little is known, one is done. */
export const emptying = aWorkflow({
  kind: 'migrate-combined',
  title: 'Combine nodes 0, 1, 2, retire broker 7',
  state: 'running',
  now: 'Waiting until the retiring brokers hold no replica.',
  steps: [aStep('0.move', 'Move every replica away from broker 7', { state: 'verifying', startedAtMs: STARTED_MS })],
  currentStep: '0.move',
  next: null,
  catchUp: null,
  moves: {
    sinceMs: STARTED_MS,
    lookedAtMs: STARTED_MS + 60_000,
    stillMs: 2_000,
    total: {
      partitionsLeft: 12,
      partitionsMoving: 5,
      bytesMoved: 600_000_000,
      bytesLeft: 2_400_000_000,
      bytesPerSecond: 12_000_000,
      etaMs: 200_000,
    },
    topics: [
      {
        topic: 'orders',
        partitionsLeft: 8,
        partitionsMoving: 5,
        bytesMoved: 500_000_000,
        bytesLeft: 2_400_000_000,
        bytesPerSecond: 12_000_000,
        etaMs: 200_000,
      },
      { topic: 'payments.retries', ...topicMoves, partitionsLeft: 4, bytesMoved: 0, bytesLeft: null },
      { topic: 'audit', ...topicMoves, partitionsLeft: 0, bytesMoved: 100_000_000, bytesLeft: 0, etaMs: 0 },
    ],
    moreTopics: 0,
  },
})

/** The same in the hands of Cruise Control, which does not answer at this moment. */
export const handedOver: Workflow = {
  ...emptying,
  handOver: {
    state: 'working',
    says: 'It moves: 3 of 10 moves, 120 MB of 900 MB.',
    address: 'http://cruise-control.example.com:9090/kafkacruisecontrol',
    problem: 'http://cruise-control.example.com:9090/kafkacruisecontrol: no answer in time.',
    dryRun: { replicas: 10, megabytes: 900, leaders: 4, monitoredPercent: 98.5, excludedTopics: ['audit'] },
    taskId: '5ce7c299-53b3-48b6-b72e-6623e25bd9a8',
    executor: {
      state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS',
      taskId: '5ce7c299-53b3-48b6-b72e-6623e25bd9a8',
      reason: 'quorumdeck-3f2a9b1c-1234-000017 (Client: 10.0.0.1)',
      movesDone: 3,
      movesTotal: 10,
      megabytesDone: 120,
      megabytesTotal: 900,
    },
  },
}

/** Nothing has begun: what a dry run answers. */
export const plan = aWorkflow({
  id: 'dry-run',
  state: 'planned',
  now: 'A plan: nothing has begun',
  revision: 0,
  currentStep: 'down',
  steps: base.steps.map((step) =>
    aStep(step.key, step.title, {
      detail: step.detail,
      actor: step.key === 'format' ? 'operator' : 'server',
      gates: step.key === 'down' ? [...holding.slice(2)] : [],
    }),
  ),
  allowedCommands: [],
  next: null,
  catchUp: null,
  log: [],
})

export const SCENES: Readonly<Record<string, Workflow>> = {
  waiting: aWorkflow(),
  ready,
  typedStatement,
  blocked,
  outcomeUnknown,
  pausedDrift,
  parked,
  onTheHost,
  notMine,
  emptying,
  handedOver,
  done,
}
