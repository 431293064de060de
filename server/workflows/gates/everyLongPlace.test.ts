/** Each gate at each of its places in the wizards that are made of parts: on facts that it is there to refuse, it refuses there. */
import { describe, expect, test } from 'vitest'
import type { HandOverAct } from '../../contract/cruiseControl.ts'
import type { ReplicaView } from '../../contract/quorumView.ts'
import type { WorkflowKind } from '../../contract/workflows.ts'
import { type PlacementRecord, placed } from '../../quorum/log/placement.ts'
import { IDLE_EXECUTOR, readyToHandOver } from '../../testing/examples/exampleCruiseControl.ts'
import {
  contestedView,
  exampleFacts,
  exampleRun,
  exampleView,
  forgetfulView,
} from '../../testing/examples/exampleFacts.ts'
import { exampleLog, partition, TOPIC } from '../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../testing/examples/flatStep.ts'
import type { Facts } from '../run/facts.ts'
import type { Plan, Run } from '../run/run.ts'
import { STALLED_AFTER_MS } from './nodes/drainGates.ts'

const broker = (fenced = false) => ({ endpoints: [], incarnationId: 'x', fenced, rack: null })
const brokers = (fenced: Record<number, boolean>) =>
  new Map(Object.entries(fenced).map(([id, is]) => [Number(id), broker(is)]))
const on = (log: Facts['log'], over: Partial<Facts> = {}) => exampleFacts(exampleView(), { log, ...over })

const disk = { replicas: new Map([[`${TOPIC}-0`, 1]]), totalBytes: 1000, usableBytes: 900 }
const disks = {
  atMs: exampleFacts().monotonicMs,
  brokers: new Map([7, 8, 9].map((id) => [id, disk])),
}
const three = { brokers: brokers({ 7: false, 8: false, 9: false }) }
const hosting = on(exampleLog([partition()], three), { disks })
const moving = on(exampleLog([partition({ replicas: [9, 7, 8], adding: [9], removing: [7] })], three), { disks })
const moved = on(exampleLog([partition({ replicas: [9, 8], isr: [9, 8] })], three), { disks })
const spread = on(exampleLog([partition({ replicas: [7, 8, 9], isr: [7, 8, 9] })], three))
const still = exampleFacts(exampleView({ log: { kraftVersion: 0 } }), { log: exampleLog() })
const dynamic = on(exampleLog())
const silent7 = exampleView({ sample: { observers: [] } })
const down = exampleFacts(silent7, { log: exampleLog([], { brokers: brokers({ 7: true }) }) })
const gone = exampleFacts(silent7, { log: exampleLog([], { brokers: new Map() }) })

const aged = { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 }
const cameBackEmpty = exampleView({
  sample: {
    voters: [LEADER, replica(1, DIRECTORY[1], aged), replica(2, DIRECTORY[2])],
    observers: [replica(1, DIRECTORY.new2)],
  },
})

const start = (kind: WorkflowKind, params: object, facts: Facts) => exampleRun({ kind, params: params as never }, facts)
const draining = (): Run => {
  const run = start('migrate-combined', { nodeIds: [0, 1, 2], retireBrokerIds: [7] }, hosting)
  const drain = run.plan.parts?.find((p) => p.kind === 'drain')
  if (drain === undefined) throw new Error('no drain')
  const plan: Plan = { ...run.plan, parts: [], drain: { cordon: true } }
  return { ...run, plan: { ...run.plan, parts: [{ ...drain, plan }] } }
}
/** Cruise Control sees broker 7 and 8 with one replica each, as the log does, and is to move them. */
const cruiseControl: NonNullable<Facts['cruiseControl']> = {
  address: 'http://cc:9090/kafkacruisecontrol',
  look: {
    atMs: exampleFacts().monotonicMs,
    answer: {
      ok: true,
      told: {
        executor: IDLE_EXECUTOR,
        tasks: [],
        replicas: null,
      },
    },
  },
  ...readyToHandOver(exampleFacts().monotonicMs),
}
const handing = { ...hosting, cruiseControl }
const handed = (): Run => {
  const run = draining()
  const said = { statement: '', by: 'operator', atMs: 1 }
  return { ...run, statements: { '0.move/cruise-control': said } }
}
const handedOver = (): Run => {
  const act: HandOverAct = { kind: 'cruise-control-remove', brokers: [7], marker: 'x' }
  return { ...handed(), acts: { '0.move': { seq: 2, act, sentAtMs: 2, outcome: null, endedAtMs: null } } }
}
const at = { how: 'observed', atMs: exampleFacts().nowMs - 60_000, text: '' } as const
const cordoned: Facts = {
  ...down,
  log:
    down.log === null
      ? null
      : {
          ...down.log,
          placement: placed(down.log.placement, [
            { kind: 'config', resource: 'broker:7', name: 'cordoned.log.dirs', value: '*' },
          ]),
        },
}
const unregistering = { ...start('unregister-broker', { nodeId: 7 }, down), done: { unregister: at } }
const converting = start('static-to-dynamic', {}, still)
const restarting = (nodeId: number) => start('rolling-restart', { nodeIds: [nodeId] }, spread)
const editing = (): Run => {
  const run = restarting(1)
  const edit: Run['params']['edit'] = { roles: ['controller'] }
  return { ...run, plan: { ...run.plan, parts: (run.plan.parts ?? []).map((p) => ({ ...p, params: { edit } })) } }
}
const edited = {
  ...spread,
  nodes: new Map([[1, { configs: new Map([['process.roles', 'controller']]), supportedMetadataVersion: 30 }]]),
}

/** All of its steps are done but the look at its goal. */
const allDone = (run: Run, facts: Facts): Run => ({
  ...run,
  done: Object.fromEntries(stepsOf(run, facts).flatMap((s) => (s.key === 'goal' ? [] : [[s.key, at]]))),
})
const scaling = start('scale', { controllers: 2 }, dynamic)
const replacing = start('replace-controller', { oldNodeId: 2, newNodeId: 3 }, dynamic)
const combining = start('migrate-combined', { nodeIds: [0, 1, 2], retireBrokerIds: [7] }, hosting)
const dedicating = start('migrate-combined', { nodeIds: [0, 1, 2] }, hosting)

/** Every step with gates, and facts on which it shows them. */
const PLACES: readonly [name: string, run: Run, step: string, where: 'gates' | 'hostGates', base: Facts][] = [
  ['scale: goal', allDone(scaling, dynamic), 'goal', 'gates', dynamic],
  ['replace controller: goal', allDone(replacing, dynamic), 'goal', 'gates', dynamic],
  ['combined: goal', allDone(combining, hosting), 'goal', 'gates', hosting],
  ['roles: goal', allDone(dedicating, hosting), 'goal', 'gates', hosting],
  ['drain: cordon', draining(), '0.cordon', 'gates', hosting],
  ['drain: move', draining(), '0.move', 'gates', hosting],
  ['drain: move, under way', draining(), '0.move', 'gates', moving],
  ['drain: hand over', handed(), '0.move', 'gates', handing],
  ['drain: handed over', handedOver(), '0.move', 'gates', { ...moving, cruiseControl }],
  ['drain: stays empty', draining(), '0.empty', 'gates', moved],
  ['restart: a voter', restarting(1), '0.restart', 'gates', spread],
  ['restart: a voter, on the host', restarting(1), '0.restart', 'hostGates', spread],
  ['restart: a voter that is edited', editing(), '0.restart', 'gates', edited],
  ['restart: a broker', restarting(7), '0.restart', 'gates', spread],
  ['restart: a voter is back', restarting(1), '0.back', 'gates', spread],
  ['restart: a broker is back', restarting(7), '0.back', 'gates', spread],
  ['static to dynamic: ask', converting, 'validate', 'gates', still],
  ['static to dynamic: upgrade', converting, 'upgrade', 'gates', still],
  ['static to dynamic: upgraded', converting, 'upgrade', 'gates', dynamic],
  ['static to dynamic: identified', converting, 'identified', 'gates', dynamic],
  ['unregister: stop', unregistering, 'stop', 'gates', down],
  ['unregister: stop, on the host', unregistering, 'stop', 'hostGates', down],
  ['unregister: lift the cordon', unregistering, 'uncordon', 'gates', cordoned],
  ['unregister: unregister', unregistering, 'unregister', 'gates', down],
  ['unregister: stays gone', unregistering, 'stays-gone', 'gates', gone],
]

type Bad = (base: Facts) => Facts
const view =
  (change: (view: NonNullable<Facts['view']>) => Partial<NonNullable<Facts['view']>>): Bad =>
  (base) => ({ ...base, view: base.view === null ? null : { ...base.view, ...change(base.view) } })
const quorum = (over: Partial<NonNullable<Facts['view']>['quorum']>) =>
  view((v) => ({ quorum: { ...v.quorum, ...over } }))
const row = (nodeIds: number[], over: Partial<ReplicaView>) =>
  view((v) => ({ replicas: v.replicas.map((r) => (nodeIds.includes(r.nodeId) ? { ...r, ...over } : r)) }))
const log =
  (change: (log: NonNullable<Facts['log']>) => Partial<NonNullable<Facts['log']>>): Bad =>
  (base) => ({ ...base, log: base.log === null ? null : { ...base.log, ...change(base.log) } })
const records = (...more: PlacementRecord[]) => log((l) => ({ placement: placed(l.placement, more) }))
const another = (placement: ReturnType<typeof partition>): PlacementRecord => ({
  kind: 'partition',
  topicId: 'topic-id',
  partition: 9,
  placement,
})
const blind: Bad = (base) => ({ ...base, log: null })
const quiet: Bad = row([2], { health: 'silent' })

/** For each gate, what it must refuse, whatever step asks; at each place at least one of these does. */
const BAD: Record<string, Bad[]> = {
  'goal-reached': [(base) => base],
  'observation-fresh': [(base) => ({ ...base, ageMs: 6000 })],
  'leader-reachable': [view((v) => ({ source: { ...v.source, via: 'broker' } }))],
  'disk-kept': [() => exampleFacts(cameBackEmpty)],
  'settings-agree': [(base) => ({ ...base, view: { ...exampleView(), controllers: [] } })],
  'one-quorum': [(base) => ({ ...base, view: contestedView() })],
  'metadata-whole': [(base) => ({ ...base, view: forgetfulView() })],
  'same-cluster': [view(() => ({ clusterId: null }))],
  'quorum-settled': [(base) => ({ ...base, track: { ...base.track, reads: [] } })],
  'no-change-in-flight': [
    quorum({ pendingVoterChange: { offset: 1, epoch: 9, appendedAtMs: 0, added: [], removed: [], voters: [] } }),
  ],
  'voters-as-expected': [quorum({ leaderId: null })],
  'margin-if-stopped': [quiet],
  'voters-heard': [row([1, 2], { lastFetchAgeMs: 1500 })],
  'carriers-healthy': [(base) => ({ ...base, track: { ...base.track, healthy: new Map() } })],
  'others-caught-up': [quiet, quorum({ leaderId: null })],
  'min-isr-if-stopped': [blind],
  'no-reassignment': [blind],
  configured: [(base) => ({ ...base, nodes: new Map() })],
  'node-caught-up': [row([1], { lag: null })],
  'broker-back': [blind],
  'margin-as-planned': [quorum({ margin: -1 })],
  steady: [(base) => ({ ...base, track: { ...base.track, steady: null } })],
  'log-followed': [blind],
  // One partition can move, the other has nowhere to go.
  'enough-brokers': [
    (base) =>
      records(another(partition({ replicas: [7], isr: [7] })))(
        log(() => ({ brokers: brokers({ 7: false, 8: false }) }))(base),
      ),
  ],
  'room-on-disks': [(base) => ({ ...base, disks: null })],
  'no-foreign-moves': [records(another(partition({ replicas: [8, 9], adding: [9], removing: [8] })))],
  'targets-alive': [
    (base) =>
      records(another(partition({ replicas: [7, 9], adding: [9], removing: [7] })))(
        log(() => ({ brokers: brokers({ 7: false, 8: false, 9: true, 10: false }) }))(base),
      ),
  ],
  'moving-on': [(base) => ({ ...base, movedAtMs: base.monotonicMs - STALLED_AFTER_MS })],
  'brokers-empty': [(base) => base, records(another(partition()))],
  'nothing-moves': [records(another(partition({ replicas: [8, 9], adding: [9], removing: [8] })))],
  'cruise-control-answers': [(base) => ({ ...base, cruiseControl: { ...cruiseControl, look: null } })],
  'cruise-control-same-cluster': [records(another(partition()))],
  'cruise-control-idle': [
    (base) => {
      const { look } = cruiseControl
      if (look === null || !look.answer.ok) throw new Error('no look')
      const { told } = look.answer
      const busy = { ...told, executor: { ...told.executor, state: 'STARTING_EXECUTION', reason: 'of others' } }
      return { ...base, cruiseControl: { ...cruiseControl, look: { ...look, answer: { ok: true, told: busy } } } }
    },
  ],
  'cruise-control-dry-run': [(base) => ({ ...base, cruiseControl: { ...cruiseControl, dryRun: null } })],
  'cruise-control-at-work': [(base) => base],
  'every-voter-healthy': [quiet],
  'features-supported': [log(() => ({ controllerMetadataVersions: new Map() }))],
  'no-ghost-brokers': [log(() => ({ brokers: brokers({ 9: true }) }))],
  'voters-identified': [row([2], { endpoints: [] })],
  'broker-registered': [blind],
  'broker-is-no-controller': [view((v) => ({ replicas: v.replicas.map((r) => ({ ...r, nodeId: 7 })) }))],
  'broker-down': [log(() => ({ brokers: brokers({ 7: false }) }))],
  'broker-empty': [records(another(partition()))],
  'broker-gone': [log(() => ({ brokers: brokers({ 7: true }) }))],
  'stays-gone': [(base) => ({ ...base, track: { ...base.track, brokers: null } })],
}

/** What is shown only where it holds: a move is planned by the log, and upgraded is what is dynamic. */
const SHOWN_WHERE_IT_HOLDS = new Set(['drain: move, log-followed', 'static to dynamic: upgraded, is-dynamic'])

const gatesAt = (run: Run, facts: Facts, step: string, where: 'gates' | 'hostGates') =>
  stepsOf(run, facts).find((s) => s.key === step)?.[where] ?? []

const cases = PLACES.flatMap(([name, run, step, where, base]) =>
  gatesAt(run, base, step, where)
    .filter(({ code }) => !SHOWN_WHERE_IT_HOLDS.has(`${name}, ${code}`))
    .map(({ code }) => ({ name, code, run, step, where, base })),
)

test('every place has gates', () => {
  expect(new Set(cases.map((c) => c.name))).toEqual(new Set(PLACES.map(([name]) => name)))
})

describe('on facts that it is there for, a gate refuses', () => {
  test.each(cases)('$name, $code', ({ code, run, step, where, base }) => {
    const refusing = (BAD[code] ?? []).filter((bad) =>
      gatesAt(run, bad(base), step, where).some((g) => g.code === code && !g.ok),
    )
    expect(refusing.length).toBeGreaterThan(0)
  })
})
