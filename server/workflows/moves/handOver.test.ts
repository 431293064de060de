/** The moves in the hands of Cruise Control: what is known of them, and what the step offers. */
import { describe, expect, test } from 'vitest'
import type { CruiseControlLook, ExecutorLook, HandOverAct } from '../../contract/cruiseControl.ts'
import { IDLE_EXECUTOR } from '../../testing/examples/exampleCruiseControl.ts'
import { exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../testing/examples/exampleLog.ts'
import { currentOf, stepsOf } from '../../testing/examples/flatStep.ts'
import { activeRun } from '../engine/activeRun.ts'
import { allowedCommands } from '../engine/decisions/allowed.ts'
import { decide } from '../engine/decisions/decide.ts'
import { preflightCancel, preflightRequest } from '../engine/decisions/preflight.ts'
import { standingOf } from '../engine/decisions/progress.ts'
import { Effects } from '../engine/effects.ts'
import type { CruiseControlFacts, Facts } from '../run/facts.ts'
import { foldEntry } from '../run/fold.ts'
import type { ChangeOutcome, WorkflowCluster } from '../run/ports.ts'
import type { LastAct, Run, RunEntry } from '../run/run.ts'
import { partRun } from '../wizards/parts.ts'
import { handOver, MOVE, NOT_BEGUN_AFTER_MS, OWN_PLAN, SHOWS_AFTER_MS, TO_CRUISE_CONTROL } from './handOver.ts'

const { monotonicMs, nowMs } = exampleFacts()
const ADDRESS = 'http://cc:9090/kafkacruisecontrol'
const MARKER = 'quorumdeck-run-000007'
const TASK = '5ce7c299-53b3-48b6-b72e-6623e25bd9a8'
const OPERATOR = { id: 'operator', name: 'operator' }

const working: ExecutorLook = {
  state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS',
  taskId: TASK,
  reason: `${MARKER} (Client: 10.0.0.1, Date: …)`,
  movesDone: 3,
  movesTotal: 10,
  megabytesDone: 120,
  megabytesTotal: 900,
}
const task = (status: string, over: object = {}) => ({
  id: TASK,
  url: `POST /kafkacruisecontrol/remove_broker?brokerid=7&dryrun=false&reason=${MARKER}`,
  status,
  ...over,
})

const dryRunTask = task('Completed', { id: 'dry', url: task('').url.replace('dryrun=false', 'dryrun=true') })

/** Broker 7 and 8 hold one partition, as Cruise Control sees it, too. */
const look = (over: Partial<CruiseControlLook> = {}): CruiseControlLook => ({
  executor: IDLE_EXECUTOR,
  tasks: [],
  replicas: null,
  ...over,
})
const counts: CruiseControlFacts['counts'] = {
  atMs: monotonicMs,
  replicas: new Map([
    [7, 1],
    [8, 1],
    [9, 0],
  ]),
}
const counting = (replicas: [number, number][], atMs = monotonicMs) =>
  facts({ counts: { atMs, replicas: new Map(replicas) } })
const summary = { replicas: 1, megabytes: 5, leaders: 1, monitoredPercent: 100, excludedTopics: [] }
const dryRun: CruiseControlFacts['dryRun'] = { atMs: monotonicMs, brokers: [7], answer: { ok: true, told: summary } }

function facts(cruiseControl: Partial<CruiseControlFacts> | null = {}, over: Partial<Facts> = {}): Facts {
  const broker = { endpoints: [], incarnationId: 'x', fenced: false, rack: null }
  const disk = { replicas: new Map([['orders-0', 1000]]), totalBytes: 1e9, usableBytes: 9e8 }
  return exampleFacts(exampleView(), {
    log: exampleLog([partition()], { brokers: new Map([7, 8, 9].map((id) => [id, broker])) }),
    disks: { atMs: monotonicMs, brokers: new Map([7, 8, 9].map((id) => [id, disk])) },
    cruiseControl:
      cruiseControl === null
        ? null
        : {
            address: ADDRESS,
            look: { atMs: monotonicMs, answer: { ok: true, told: look() } },
            counts,
            dryRun,
            ...cruiseControl,
          },
    ...over,
  })
}
const seen = (over: Partial<CruiseControlLook>, atMs = monotonicMs) =>
  facts({ look: { atMs, answer: { ok: true, told: look(over) } } })
const unreachable = () => facts({ look: { atMs: monotonicMs, answer: { ok: false, says: 'nothing listens there' } } })

/** A run that is made of the draining alone. */
function run(over: { said?: Record<string, number>; act?: Partial<LastAct> & { act: HandOverAct } } = {}): Run {
  const params = { nodeIds: [7] }
  const whole = exampleRun({ kind: 'migrate-combined', params: { nodeIds: [0], retireBrokerIds: [7] } }, facts(null))
  const plan = { ...whole.plan, parts: [], drain: { cordon: false } }
  const statements = Object.fromEntries(
    Object.entries(over.said ?? {}).map(([key, atMs]) => [`0.${MOVE}/${key}`, { statement: '', by: 'operator', atMs }]),
  )
  const last: LastAct | null =
    over.act === undefined ? null : { seq: 7, sentAtMs: nowMs - 100_000, outcome: null, endedAtMs: null, ...over.act }
  return {
    ...whole,
    plan: { ...whole.plan, parts: [{ kind: 'drain', title: 'x', params, plan }] },
    startedAtMs: nowMs - 3_600_000,
    statements,
    acts: last === null ? {} : { [`0.${MOVE}`]: last },
  }
}
const chosen = { [TO_CRUISE_CONTROL]: nowMs - 200_000 }
const remove: HandOverAct = { kind: 'cruise-control-remove', brokers: [7], marker: MARKER }
const asked = (outcome: ChangeOutcome | null, endedAgoMs = 90_000, act: HandOverAct = remove) =>
  run({ said: chosen, act: { act, outcome, endedAtMs: outcome === null ? null : nowMs - endedAgoMs } })
const yes: ChangeOutcome = { kind: 'answered', errorCode: 0, errorName: '', errorMessage: null, taskId: TASK }
const lost: ChangeOutcome = { kind: 'unanswered', problem: 'no answer in time.' }

const hand = (of: Run, now: Facts) => handOver(partRun(of, 0), now)
const moveOf = (of: Run, now: Facts) => currentOf(of, now)
const failing = (of: Run, now: Facts) =>
  moveOf(of, now)
    ?.gates.filter((g) => !g.ok)
    .map((g) => g.code)
const offered = (of: Run, now: Facts) =>
  allowedCommands(standingOf(of, now)).flatMap((c) => (c.step === undefined ? [] : [c.key ?? c.type]))

describe('the choice', () => {
  test('without an address says in one line how to give one', () => {
    expect(hand(run(), facts(null))).toMatchObject({
      state: 'not-configured',
      says: expect.stringContaining('--cruise-control http://HOST:9090'),
      problem: null,
    })
    expect(offered(run(), facts(null))).toEqual(['execute'])
  })

  test('is the own plan until a person says otherwise, and again', () => {
    expect(offered(run(), facts())).toEqual(['execute', TO_CRUISE_CONTROL])
    expect(hand(run(), facts()).state).toBe('own-plan')
    const said = run({ said: chosen })
    expect(moveOf(said, facts())?.request).toMatchObject({ kind: 'cruise-control-remove', brokers: [7] })
    expect(offered(said, facts())).toEqual(['execute', OWN_PLAN])
    const back = run({ said: { ...chosen, [OWN_PLAN]: nowMs - 100 } })
    expect(moveOf(back, facts())?.request).toMatchObject({ kind: 'reassign' })
    expect(run({ said: { [TO_CRUISE_CONTROL]: 1, [OWN_PLAN]: 1 } }).statements).toBeDefined()
    expect(hand(run({ said: { [TO_CRUISE_CONTROL]: 1, [OWN_PLAN]: 1 } }), facts()).state).toBe('own-plan')
  })

  test('an unreachable Cruise Control blocks the own plan in nothing', () => {
    expect(failing(run(), unreachable())).toEqual([])
    expect(offered(run(), unreachable())).toContain('execute')
    expect(offered(run({ said: chosen }), unreachable())).toEqual([OWN_PLAN])
  })

  test('while it executes for somebody else, the own plan is not begun beside it', () => {
    const busy = seen({ executor: { ...working, reason: 'rebalance by somebody', taskId: 'other' } })
    expect(failing(run(), busy)).toEqual(['cruise-control-idle'])
  })
})

describe('before it is asked', () => {
  const said = run({ said: chosen })
  test.each<[code: string, now: Facts]>([
    ['cruise-control-answers', unreachable()],
    ['cruise-control-answers', seen({}, monotonicMs - 30_001)],
    ['cruise-control-answers', facts({ look: null })],
    [
      'cruise-control-same-cluster',
      counting([
        [7, 2],
        [8, 1],
      ]),
    ],
    [
      'cruise-control-same-cluster',
      counting([
        [7, 1],
        [8, 1],
        [1001, 0],
      ]),
    ],
    ['cruise-control-same-cluster', counting([])],
    [
      'cruise-control-same-cluster',
      counting(
        [
          [7, 1],
          [8, 1],
        ],
        monotonicMs - 30_001,
      ),
    ],
    ['cruise-control-same-cluster', facts({ counts: null })],
    ['cruise-control-idle', seen({ executor: { ...working, reason: 'by somebody', taskId: 'other' } })],
    ['cruise-control-dry-run', facts({ dryRun: null })],
    ['cruise-control-dry-run', facts({ dryRun: dryRun && { ...dryRun, brokers: [7, 8] } })],
    ['cruise-control-dry-run', facts({ dryRun: dryRun && { ...dryRun, atMs: monotonicMs - 1_800_001 } })],
    [
      'cruise-control-dry-run',
      facts({ dryRun: dryRun && { ...dryRun, answer: { ok: false, says: 'not enough racks' } } }),
    ],
    [
      'nothing-moves',
      facts(
        {},
        {
          log: exampleLog([partition({ replicas: [9, 7, 8], adding: [9], removing: [7] })], {
            brokers: facts().log?.brokers ?? new Map(),
          }),
        },
      ),
    ],
    ['observation-fresh', facts({}, { ageMs: 6000 })],
  ])('%s', (code, now) => {
    expect(failing(said, now)).toContain(code)
    expect(offered(said, now)).not.toContain('execute')
  })

  test('everything holds: it is asked once, with a marker, in the journal before it is sent', () => {
    const now = facts()
    expect(failing(said, now)).toEqual([])
    const command = { type: 'execute' as const, step: '0.move', confirmation: 'Cruise Control may move them now' }
    const { events, effect } = decide(standingOf(said, now), command, OPERATOR)
    expect(events).toMatchObject([{ type: 'acting', step: '0.move', act: { marker: 'quorumdeck-run-000001' } }])
    expect(effect).toMatchObject({ kind: 'act', gated: true })
    const [event] = events
    if (event === undefined) throw new Error('nothing is kept')
    const entry = { ...event, atMs: nowMs, actor: OPERATOR } as RunEntry
    const intended = foldEntry({ id: 'run', cluster: 'test', clusterId: said.clusterId }, said, entry)
    expect(hand(intended, now).state).toBe('asked')
    // The request itself must not stand in its own way at the last look; what happened meanwhile must.
    expect(preflightRequest(standingOf(intended, now), '0.move')).toBeNull()
    expect(preflightRequest(standingOf(intended, unreachable()), '0.move')).toContain(
      'the address answers as cruise control',
    )
  })
})

describe('after it was asked', () => {
  test.each<[what: string, run: Run, now: Facts, state: string]>([
    ['the request is under way', asked(null), facts(), 'asked'],
    ['it works out what to do', asked(yes), seen({ tasks: [task('Active')] }), 'working'],
    ['it executes', asked(yes), seen({ executor: working, tasks: [task('InExecution')] }), 'working'],
    ['it stops', asked(yes), seen({ executor: { ...working, state: 'STOPPING_EXECUTION' } }), 'stopping'],
    ['just answered', asked(yes, SHOWS_AFTER_MS - 1), seen({ tasks: [task('Completed')] }), 'unknown'],
    ['it is over and something is left', asked(yes), seen({ tasks: [task('Completed')] }), 'chosen'],
    ['it ended with an error', asked(yes), seen({ tasks: [task('CompletedWithError')] }), 'chosen'],
    ['it was restarted and has forgotten', asked(yes), facts(), 'chosen'],
    ['it cannot be asked', asked(yes), unreachable(), 'unknown'],
    ['its tasks were not asked for yet', asked(yes), seen({ tasks: null }), 'unknown'],
    ['it is not configured any more', asked(yes), facts(null), 'unknown'],
    ['the answer was lost, and it executes', asked(lost), seen({ executor: working }), 'working'],
    [
      'the answer was lost, and its task is found',
      asked(lost, 11_000),
      seen({ tasks: [task('InExecution', { id: 'x' })] }),
      'working',
    ],
    ['the answer was lost, and nothing is found yet', asked(lost, NOT_BEGUN_AFTER_MS - 1), facts(), 'unknown'],
    // Made right before, at the same revision of the run, it bears the same marker.
    [
      'the answer was lost, and only its dry run is found',
      asked(lost, NOT_BEGUN_AFTER_MS - 1),
      seen({ tasks: [dryRunTask] }),
      'unknown',
    ],
    [
      'the answer was lost, and its task is found behind its dry run',
      asked(lost, 11_000),
      seen({ tasks: [dryRunTask, task('Active', { id: 'x' })] }),
      'working',
    ],
    ['the answer was lost, and nothing was begun', asked(lost, NOT_BEGUN_AFTER_MS), facts(), 'chosen'],
    ['it was never sent', asked({ kind: 'not-sent', problem: 'x' }), facts(), 'chosen'],
    [
      'another run was given it',
      asked(yes),
      seen({ executor: { ...working, taskId: 'other', reason: 'other' } }),
      'chosen',
    ],
  ])('%s', (_what, of, now, state) => expect(hand(of, now).state).toBe(state))

  test('its task is told, also where the answer was lost', () => {
    expect(hand(asked(lost), seen({ executor: working })).taskId).toBe(TASK)
    expect(hand(asked(lost, 11_000), seen({ tasks: [task('InExecution')] })).taskId).toBe(TASK)
    expect(hand(asked(yes), seen({ executor: working })).says).toBe('It moves: 3 of 10 moves, 120 MB of 900 MB.')
  })

  test('nothing else is offered while it works but to stop it', () => {
    const now = seen({ executor: working })
    expect(offered(asked(yes), now)).toEqual(['cancel'])
    const { events } = decide(
      standingOf(asked(yes), now),
      { type: 'cancel', step: '0.move', reason: 'night is over' },
      OPERATOR,
    )
    expect(events).toMatchObject([{ type: 'acting', act: { kind: 'cruise-control-stop', taskId: TASK } }])
  })

  test('only what it executes of this run is stopped, also by the look right before', () => {
    const others = { ...working, taskId: 'other', reason: 'rebalance by somebody' }
    // Ours is worked out still, and what executes is somebody else's.
    const foreign = seen({ executor: others, tasks: [task('Active')] })
    expect(hand(asked(yes), foreign).state).toBe('working')
    expect(offered(asked(yes), foreign)).toEqual([])
    const stop: HandOverAct = { kind: 'cruise-control-stop', marker: 'x', taskId: TASK }
    const stopping = asked(null, 0, stop)
    expect(preflightCancel(standingOf(stopping, seen({ executor: working, tasks: null })), '0.move')).toBeNull()
    for (const now of [seen({ executor: others, tasks: null }), seen({ tasks: null }), unreachable()]) {
      expect(preflightCancel(standingOf(stopping, now), '0.move')).toContain(
        'Nothing of this run is in progress any more.',
      )
    }
  })

  test('a stop is sent after a look alone that shows it at work', async () => {
    const stop: HandOverAct = { kind: 'cruise-control-stop', marker: 'x', taskId: TASK }
    const sent = async (shows: Facts) => {
      let now = unreachable()
      const act = async (_act: HandOverAct, mayStillSend: () => Promise<string | null>): Promise<ChangeOutcome> => {
        const problem = await mayStillSend()
        return problem === null ? yes : { kind: 'not-sent', problem }
      }
      const effects = new Effects({
        cluster: { cruiseControl: { act }, source: { view: null } } as unknown as WorkflowCluster,
        clock: { nowMs: () => nowMs, monotonicMs: () => monotonicMs },
        freshFacts: async () => now,
        lookAtCruiseControl: async () => {
          now = shows
        },
        isClosed: () => false,
      })
      const live = activeRun(asked(null, 0, stop), 1)
      const told = await effects.carryOut(live, { kind: 'act', step: '0.move', act: stop, gated: false })
      return told.type === 'acted' ? told.outcome.kind : told.type
    }
    expect(await sent(seen({ executor: working, tasks: null }))).toBe('answered')
    expect(await sent(seen({ executor: { ...working, taskId: 'other', reason: 'other' }, tasks: null }))).toBe(
      'not-sent',
    )
  })

  test('an error is told in its words, and the own plan is there', () => {
    const no: ChangeOutcome = {
      kind: 'answered',
      errorCode: 500,
      errorName: 'HTTP 500',
      errorMessage: 'no racks',
      taskId: null,
    }
    expect(hand(asked(no), facts())).toMatchObject({ state: 'chosen', says: 'It refused: no racks.' })
    expect(offered(asked(no), facts())).toContain(OWN_PLAN)
  })

  test('before it is asked again, its dry run is made again', () => {
    const old = { ...facts().cruiseControl, dryRun: dryRun && { ...dryRun, atMs: monotonicMs - 90_001 } }
    expect(failing(asked(yes), facts(old))).toEqual(['cruise-control-dry-run'])
    expect(failing(asked(yes), facts())).toEqual([])
  })

  test('a dry run of before the own plan, or of an earlier run, is none of this placement', () => {
    const old = facts({ dryRun: dryRun && { ...dryRun, atMs: monotonicMs - 90_001 } })
    const moved = { kind: 'reassign' as const, moves: [] }
    const last: LastAct = { seq: 7, sentAtMs: nowMs - 91_000, act: moved, outcome: yes, endedAtMs: nowMs - 90_000 }
    const said = run({ said: chosen })
    expect(failing(said, old)).toEqual([])
    expect(failing({ ...said, acts: { [`0.${MOVE}`]: last } }, old)).toEqual(['cruise-control-dry-run'])
    expect(failing({ ...said, startedAtMs: nowMs - 80_000 }, old)).toEqual(['cruise-control-dry-run'])
  })

  test('a stop ends it where its executor is idle', () => {
    const stop: HandOverAct = { kind: 'cruise-control-stop', marker: 'x', taskId: TASK }
    expect(hand(asked(yes, 90_000, stop), seen({ executor: working })).state).toBe('working')
    expect(hand(asked(yes, 90_000, stop), seen({ tasks: [task('Completed')] })).says).toBe('It has stopped.')
  })

  test('a stop that was not sent ends nothing', () => {
    const stop: HandOverAct = { kind: 'cruise-control-stop', marker: 'x', taskId: TASK }
    const unsent = asked({ kind: 'not-sent', problem: 'nothing listens there.' }, 90_000, stop)
    expect(hand(unsent, unreachable()).state).toBe('unknown')
    expect(hand(unsent, seen({ tasks: [task('Active')] })).state).toBe('working')
    expect(hand(unsent, seen({ tasks: [task('Completed')] }))).toMatchObject({
      state: 'chosen',
      says: `Its task ${TASK} is over.`,
    })
  })

  test('where nobody knows, a person may take the moves back, by a typed statement', () => {
    const of = asked(lost)
    expect(offered(of, unreachable())).toEqual([OWN_PLAN])
    expect(allowedCommands(standingOf(of, unreachable()))[0]).toMatchObject({
      key: OWN_PLAN,
      danger: true,
      needsConfirmation: { typed: true, statement: 'Cruise Control has stopped' },
    })
    const back = run({
      said: { ...chosen, [OWN_PLAN]: nowMs - 10 },
      act: { act: remove, outcome: lost, endedAtMs: nowMs - 500 },
    })
    expect(hand(back, unreachable()).state).toBe('own-plan')
    expect(offered(back, unreachable())).toContain('execute')
    // It is seen at work all the same: then it is at work.
    expect(hand(back, seen({ executor: working })).state).toBe('working')
  })

  test('that nothing is left is proven by the log alone', () => {
    const nothing = exampleLog([partition({ replicas: [9, 8], isr: [9, 8] })], {
      brokers: facts().log?.brokers ?? new Map(),
    })
    const done = { ...unreachable(), log: nothing }
    expect(stepsOf(asked(yes), done).find((s) => s.key === '0.move')?.done).not.toBeNull()
    expect(moveOf(asked(yes), seen({ tasks: [task('Completed')] }))?.done).toBeNull()
  })
})
