import { expect, test } from 'vitest'
import { EMPTY_PLACEMENT, type PlacementRecord, placed } from '../../../quorum/log/placement.ts'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import { currentOf, type FlatStep, stepsOf } from '../../../testing/examples/flatStep.ts'
import type { Facts } from '../../run/facts.ts'
import type { Run } from '../../run/run.ts'
import { valuesBefore } from '../debt.ts'
import { partRun } from '../parts.ts'
import { drain } from './drain.ts'

const broker = {
  endpoints: [{ listener: 'CLIENT', host: 'localhost', port: 9092 }],
  incarnationId: 'x',
  fenced: false,
  rack: null,
}
const RATE = 1_000_000

/** Brokers 7 and 8 with one partition on 7, as Kafka 4.3; then whatever these records add. */
function facts(...records: PlacementRecord[]): Facts {
  const { monotonicMs } = exampleFacts()
  const log = exampleLog([], {
    brokers: new Map([7, 8].map((id) => [id, broker])),
    features: new Map([['metadata.version', 30]]),
    placement: placed(EMPTY_PLACEMENT, [
      { kind: 'topic', topicId: 't', name: 'orders' },
      {
        kind: 'partition',
        topicId: 't',
        partition: 0,
        placement: { replicas: [7], isr: [7], adding: [], removing: [], leader: 7 },
      },
      ...records,
    ]),
  })
  const disk = (sizes: Record<string, number>) => ({
    replicas: new Map(Object.entries(sizes)),
    totalBytes: 1e9,
    usableBytes: 5e8,
  })
  return exampleFacts(exampleView(), {
    log,
    nodes: new Map([7, 8].map((id) => [id, { configs: new Map(), supportedMetadataVersion: 30 }])),
    disks: {
      atMs: monotonicMs,
      brokers: new Map([
        [7, disk({ 'orders-0': 1000 })],
        [8, disk({})],
      ]),
    },
  })
}
const broker7 = (name: string, value: string): PlacementRecord => ({
  kind: 'config',
  resource: 'broker:7',
  name,
  value,
})
const change = (over: Partial<Extract<PlacementRecord, { kind: 'partition-change' }>['change']>): PlacementRecord => ({
  kind: 'partition-change',
  topicId: 't',
  partition: 0,
  change: over,
})
const cordoned = broker7('cordoned.log.dirs', '*')
const throttled: PlacementRecord[] = [
  ...['7', '8'].flatMap((id) =>
    ['leader', 'follower'].map(
      (side): PlacementRecord => ({
        kind: 'config',
        resource: `broker:${id}`,
        name: `${side}.replication.throttled.rate`,
        value: String(RATE),
      }),
    ),
  ),
  ...['leader', 'follower'].map(
    (side): PlacementRecord => ({
      kind: 'config',
      resource: 'topic:orders',
      name: `${side}.replication.throttled.replicas`,
      value: '*',
    }),
  ),
]

/** The run, with everything before the draining skipped. */
function draining(): Run {
  const params = { nodeIds: [0, 1, 2], retireBrokerIds: [7], throttleBytesPerSecond: RATE }
  const run = exampleRun({ kind: 'migrate-combined', params }, facts())
  const index = run.plan.parts?.findIndex((p) => p.kind === 'drain') ?? -1
  const parts = run.plan.parts?.map((p, i) =>
    i === index ? { ...p, plan: { ...run.plan, parts: [], drain: { cordon: true } } } : p,
  )
  return partRun({ ...run, plan: { ...run.plan, parts: parts ?? [] } }, index)
}

/** The throttle as this run has set it; the follower's of broker 8 had a rate before. */
const throttleAct = () => {
  const act = stepOf(facts(cordoned, configOf('broker:8', 'follower.replication.throttled.rate', '5')), [
    'cordon',
  ])?.request
  if (act?.kind !== 'configure') throw new Error('no throttle')
  const before = valuesBefore(
    act,
    facts(cordoned, configOf('broker:8', 'follower.replication.throttled.rate', '5')),
    draining(),
  )
  return { '0.throttle': { seq: 2, act, before, sentAtMs: 2, outcome: null, endedAtMs: 3 } }
}
function configOf(resource: string, name: string, value: string): PlacementRecord {
  return { kind: 'config', resource, name, value }
}

function runWith(done: string[], acts: Run['acts'] = {}, lasting?: Run['lasting']): Run {
  const part = draining()
  return {
    ...part,
    acts,
    ...(lasting === undefined ? {} : { lasting }),
    kind: 'migrate-combined',
    plan: { ...part.plan, parts: [{ kind: 'drain', title: 'x', params: part.params, plan: part.plan }] },
    done: Object.fromEntries(done.map((key) => [`0.${key}`, { how: 'observed' as const, atMs: 0, text: '' }])),
  }
}

function stepOf(of: Facts, ...given: Parameters<typeof runWith>): FlatStep | null {
  const run = runWith(...given)
  return currentOf(run, of)
}
const failing = (rule: FlatStep | null) => rule?.gates.filter((g) => !g.ok).map((g) => g.code)

test('what will be taken back is in the plan before the throttle is set, and what was set once it is', () => {
  const rateOf = (of: Facts, ...given: Parameters<typeof runWith>) => {
    const act = stepsOf(runWith(...given), of).find((s) => s.key === '0.unthrottle')?.request
    const configs = act?.kind === 'configure' ? act.configs : []
    return configs.filter((c) => c.resource === '8' && c.name === 'follower.replication.throttled.rate')
  }
  const stood = configOf('broker:8', 'follower.replication.throttled.rate', '5')
  expect(rateOf(facts(cordoned, stood), ['cordon'])).toMatchObject([{ value: '5' }])
  // Sent, and not seen to stand everywhere yet: what stands now is our own.
  expect(rateOf(facts(cordoned, ...throttled), ['cordon'], throttleAct())).toMatchObject([{ value: '5' }])
  // Somebody else's, that stood as wanted: nothing of it is ours to take back.
  expect(rateOf(facts(cordoned, ...throttled), ['cordon', 'throttle'])).toEqual([])
})

test('cordon, throttle, move, unthrottle, empty: each by what the log says', () => {
  const cordon = stepOf(facts(), [])
  expect(cordon).toMatchObject({ key: '0.cordon', done: null })
  expect(cordon?.request).toMatchObject({ kind: 'cordon', brokers: [{ nodeId: 7 }] })
  expect(stepOf(facts(cordoned), [])?.done).not.toBeNull()
  const throttle = stepOf(facts(cordoned), ['cordon'])
  expect(throttle?.request).toMatchObject({ kind: 'configure' })
  expect(throttle?.done).toBeNull()
  expect(stepOf(facts(cordoned, ...throttled), ['cordon'])?.done).not.toBeNull()
  const move = stepOf(facts(cordoned, ...throttled), ['cordon', 'throttle'])
  expect(failing(move)).toEqual([])
  expect(move?.request).toEqual({ kind: 'reassign', moves: [{ topic: 'orders', partition: 0, replicas: [8] }] })
  const moving = facts(cordoned, ...throttled, change({ replicas: [8, 7], adding: [8], removing: [7] }))
  const under = stepOf(moving, ['cordon', 'throttle'])
  expect(under).toMatchObject({ request: null, done: null })
  expect(under?.cancels).toEqual({ kind: 'reassign', moves: [{ topic: 'orders', partition: 0, replicas: null }] })
  const moved = facts(cordoned, ...throttled, change({ replicas: [8], isr: [8], adding: [], removing: [] }))
  expect(stepOf(moved, ['cordon', 'throttle'])?.done).not.toBeNull()
  const unthrottle = stepOf(moved, ['cordon', 'throttle', 'move'], throttleAct())
  expect(unthrottle).toMatchObject({ key: '0.unthrottle', done: null })
  expect(unthrottle?.request).toMatchObject({
    configs: expect.arrayContaining([
      { type: 'topic', resource: 'orders', name: 'leader.replication.throttled.replicas', value: null },
    ]),
  })
  expect(
    stepOf(facts(cordoned, change({ replicas: [8], isr: [8] })), ['cordon', 'throttle', 'move'])?.done,
  ).not.toBeNull()
})

test('a plan that was made anew takes away the throttle of the one before, which it found standing', () => {
  const moved = facts(cordoned, ...throttled, change({ replicas: [8], isr: [8], adding: [], removing: [] }))
  const done = ['cordon', 'throttle', 'move']
  const before = stepOf(moved, done, throttleAct())
  expect(before?.request).not.toBeNull()
  expect(stepOf(moved, done, {}, Object.values(throttleAct()))?.request).toEqual(before?.request)
})

test('a topic that is made meanwhile on a retiring broker is offered to be moved, too', () => {
  const more = facts(cordoned, ...throttled, change({ replicas: [8], isr: [8] }), {
    kind: 'partition',
    topicId: 't',
    partition: 1,
    placement: { replicas: [7], isr: [7], adding: [], removing: [], leader: 7 },
  })
  expect(stepOf(more, ['cordon', 'throttle'])?.request).toEqual({
    kind: 'reassign',
    moves: [{ topic: 'orders', partition: 1, replicas: [8] }],
  })
})

test('only brokers that are registered are emptied, and only where the log says what they hold', () => {
  const start = (nodeIds: number[], of = facts()) => drain.plan({ nodeIds }, of)
  expect(start([7]).drain).toEqual({ cordon: true })
  expect(() => start([7, 99])).toThrow(
    expect.objectContaining({
      message: 'No broker 99 is registered.',
      remedy: 'Choose brokers that are registered.',
      code: 'unknown-node',
    }),
  )
  const blind = { ...facts(), log: null }
  expect(() => start([7], blind)).toThrow(
    expect.objectContaining({ code: 'refused', refusals: [expect.objectContaining({ ok: false })] }),
  )
  // Nobody remains.
  expect(() => start([7, 8])).toThrow('enough brokers remain')
})

test('brokers are cordoned where the cluster and every one of them can', () => {
  const cordon = (level: number, version: number) => {
    const { log, ...rest } = facts()
    if (log === null) throw new Error('no log')
    const nodes = new Map([[7, { configs: new Map(), supportedMetadataVersion: version }]])
    const of = { ...rest, log: { ...log, features: new Map([['metadata.version', level]]) }, nodes }
    return drain.plan({ nodeIds: [7] }, of).drain?.cordon
  }
  expect([cordon(30, 30), cordon(31, 31), cordon(29, 30), cordon(30, 29)]).toEqual([true, true, false, false])
})

test('what is left and what is copied is told', () => {
  const moving = facts(change({ replicas: [8, 7], adding: [8], removing: [7] }))
  const done = ['cordon', 'throttle']
  expect(stepOf(facts(), done)).toMatchObject({
    done: null,
    detail: '1 partition left, 0 being moved, 1.0 kB to copy',
    confirmation: { statement: '1 partitions may be copied now' },
  })
  expect(stepOf(moving, done)).toMatchObject({
    detail: '1 partition left, 1 being moved, 1.0 kB to copy, rate not known yet, time left not known',
    confirmation: null,
  })
  expect(stepOf({ ...moving, disks: null }, done)?.detail).toBe(
    '1 partition left, 1 being moved, bytes left not known, rate not known yet, time left not known',
  )
  expect(stepOf(facts(change({ replicas: [8], isr: [8] })), done)?.detail).toBe('nothing is left on them')
  expect(stepOf({ ...facts(), log: null }, done)?.detail).toBe('')
})

test('the throttle is put back as it was where this run has set it, and what others have set stays', () => {
  const topic = (name: string, what: string): PlacementRecord => ({
    kind: 'config',
    resource: `topic:${name}`,
    name: what,
    value: '2',
  })
  const moved = facts(
    ...throttled,
    change({ replicas: [8], isr: [8] }),
    topic('bills', 'min.insync.replicas'),
    topic('bons', 'follower.replication.throttled.replicas'),
  )
  const rule = stepOf(moved, ['cordon', 'throttle', 'move'], throttleAct())
  const resources =
    rule?.request?.kind === 'configure' ? rule.request.configs.map((c) => `${c.type} ${c.resource}`) : []
  expect([...new Set(resources)]).toEqual(['broker 7', 'broker 8', 'topic orders'])
  expect(rule?.request).toMatchObject({
    configs: expect.arrayContaining([
      { type: 'broker', resource: '8', name: 'follower.replication.throttled.rate', value: '5' },
      { type: 'broker', resource: '7', name: 'follower.replication.throttled.rate', value: null },
    ]),
  })
  // Where the throttle stood before the run, nothing of it is the run's.
  expect(stepOf(moved, ['cordon', 'throttle', 'move'])?.done).not.toBeNull()
  expect(rule?.commands).toHaveLength(1)
})

test.each<[code: string, bad: Partial<Facts>]>([
  ['observation-fresh', { ageMs: 6000 }],
  [
    'leader-reachable',
    { view: { ...exampleView(), source: { nodeId: 7, via: 'broker', address: 'b:1', tailing: false } } },
  ],
  ['same-cluster', { view: { ...exampleView(), clusterId: null } }],
  ['quorum-settled', { track: { ...facts().track, reads: [] } }],
  ['log-followed', { log: null }],
])('%s is asked before every request', (code, bad) => {
  // The move without the log is not known, so it is not asked for at all.
  const steps = code === 'log-followed' ? [[]] : [[], ['cordon'], ['cordon', 'throttle']]
  for (const done of steps) expect(failing(stepOf({ ...facts(), ...bad }, done))).toContain(code)
})
