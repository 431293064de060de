import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Severity } from './advice.ts'
import { applyDelta, diffViews, newer } from './delta.ts'
import { Delta } from './live.ts'
import {
  type ControllerAccount,
  type Finding,
  FindingCode,
  Health,
  type Incident,
  Leaderless,
  type QuorumFacts,
  QuorumView,
  Reach,
  ReplicaStatus,
  type ReplicaView,
} from './quorumView.ts'

const count = fc.nat(1_000_000)
const maybe = fc.option(count, { nil: null })
const directoryId = fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{22}$/), { nil: null })

const replica: fc.Arbitrary<ReplicaView> = fc.record({
  nodeId: fc.nat(9),
  directoryId,
  status: fc.constantFrom(...ReplicaStatus.options),
  logEndOffset: maybe,
  lag: maybe,
  timeLagMs: maybe,
  lastFetchAgeMs: maybe,
  lastCaughtUpAgeMs: maybe,
  health: fc.constantFrom(...Health.options),
  roles: fc.subarray(['controller', 'broker'] as const).map((r) => [...r]),
  endpoints: fc.array(fc.record({ listener: fc.string(), host: fc.string(), port: fc.nat(65_535) }), { maxLength: 2 }),
  registered: fc.option(fc.boolean(), { nil: null }),
  fenced: fc.option(fc.boolean(), { nil: null }),
  rack: fc.option(fc.string(), { nil: null }),
})

const account: fc.Arbitrary<ControllerAccount> = fc.record({
  address: fc.string(),
  recordedId: maybe,
  registeredId: maybe,
  configured: fc.boolean(),
  reach: fc.constantFrom(...Reach.options),
  nodeId: maybe,
  roles: fc.option(
    fc.subarray(['controller', 'broker'] as const).map((r) => [...r]),
    { nil: null },
  ),
  sameCluster: fc.option(fc.boolean(), { nil: null }),
  leaderId: maybe,
  leaderEpoch: maybe,
  sinceMs: fc.nat(),
  problem: fc.string(),
  certificate: fc.option(fc.record({ names: fc.array(fc.string()), validToMs: fc.nat() }), { nil: null }),
})

const incident: fc.Arbitrary<Incident> = fc.record({
  id: fc.string(),
  kind: fc.constantFrom('metadata-missing' as const, 'two-leaders' as const),
  firstSeenAtMs: fc.nat(),
  title: fc.string(),
  detail: fc.string(),
})

const leaderless: fc.Arbitrary<Leaderless> = fc.record({
  code: fc.constantFrom(...Leaderless.shape.code.options),
  title: fc.string(),
  detail: fc.string(),
  remedy: fc.string(),
  voters: fc.array(
    fc.record({
      nodeId: fc.nat(9),
      state: fc.constantFrom('answers' as const, 'unverifiable' as const, 'down' as const),
      address: fc.option(fc.string(), { nil: null }),
      leaderId: maybe,
      leaderEpoch: maybe,
      problem: fc.string(),
    }),
    { maxLength: 3 },
  ),
  sets: fc.constantFrom([], [{ which: 'only' as const, nodeIds: [0, 1, 2], majority: 2, down: [0, 1], missing: 1 }]),
  lastLed: fc.constantFrom(null, {
    atMs: 1,
    leaderId: 0,
    leaderEpoch: 2,
    leaderEndOffset: 9,
    highWatermark: 8,
    replicas: [{ nodeId: 0, directoryId: null, logEndOffset: 9, silent: false }],
  }),
})

const quorum: fc.Arbitrary<QuorumFacts> = fc.record({
  leaderless: fc.option(leaderless, { nil: null }),
  worstRack: fc.option(
    fc.record({
      rack: fc.string(),
      voters: fc.array(fc.nat(9)),
      margin: fc.option(fc.integer(), { nil: null }),
      marginAtBest: fc.integer(),
      unplaced: fc.array(fc.nat(9)),
    }),
    { nil: null },
  ),
  leaderId: maybe,
  leaderEpoch: maybe,
  leaderSinceMs: maybe,
  leaderClockMs: maybe,
  highWatermark: maybe,
  kraftVersion: fc.option(fc.nat(1), { nil: null }),
  metadataVersion: fc.option(fc.constantFrom('4.3-IV0', '3.9-IV0'), { nil: null }),
  kafkaRelease: fc.option(fc.constantFrom('4.3', '3.9'), { nil: null }),
  mode: fc.constantFrom('dynamic' as const, 'static' as const, null),
  voters: fc.nat(7),
  majority: fc.nat(4),
  healthyVoters: fc.nat(7),
  margin: fc.option(fc.integer({ min: -4, max: 3 }), { nil: null }),
  maxFollowerLag: maybe,
  maxFollowerLagTimeMs: maybe,
  pendingVoterChange: fc.constantFrom(null, {
    offset: 5,
    epoch: 2,
    appendedAtMs: 1,
    added: [],
    removed: [{ nodeId: 1, directoryId: null }],
    voters: [],
  }),
  settling: fc.boolean(),
  fetchTimeoutMs: fc.nat(9000),
  fetchTimeoutSource: fc.constantFrom('cluster' as const, 'assumed' as const),
  requestTimeoutMs: fc.nat(),
  autoJoin: fc.option(fc.boolean(), { nil: null }),
  committedVoters: fc.option(fc.array(fc.record({ nodeId: fc.nat(9), directoryId }), { maxLength: 3 }), { nil: null }),
  rivals: fc.array(
    fc.record({
      address: fc.string(),
      nodeId: fc.nat(9),
      leaderEpoch: fc.nat(),
      voters: fc.array(fc.record({ nodeId: fc.nat(9), directoryId }), { maxLength: 3 }),
      highWatermark: maybe,
      logEndOffset: maybe,
      followers: fc.array(fc.nat(9), { maxLength: 2 }),
      proven: fc.boolean(),
    }),
    { maxLength: 1 },
  ),
  settingsDiffer: fc.array(fc.record({ name: fc.string(), nodeIds: fc.array(fc.nat(9), { maxLength: 2 }) }), {
    maxLength: 1,
  }),
})

const finding: fc.Arbitrary<Finding> = fc.record({
  code: fc.constantFrom(...FindingCode.options),
  severity: fc.constantFrom(...Severity.options),
  title: fc.string(),
  detail: fc.string(),
  replicas: fc.array(fc.record({ nodeId: fc.nat(9), directoryId }), { maxLength: 2 }),
})

function views(replicas: fc.Arbitrary<ReplicaView[]>) {
  return fc
    .record({
      cluster: fc.constant<string>('c'),
      clusterId: fc.constant<string | null>('ucil9Sd9R7Ss8st7gV-Krg'),
      observedAtMs: count,
      serverRunId: fc.constant<string>('run'),
      seq: fc.constant<number>(0),
      source: fc.record({
        nodeId: maybe,
        via: fc.constantFrom('controller' as const, 'broker' as const),
        address: fc.string(),
        tailing: fc.boolean(),
      }),
      quorum,
      replicas,
      controllers: fc.option(fc.array(account, { maxLength: 2 }), { nil: null }),
      incidents: fc.array(incident, { maxLength: 1 }),
      incidentMemory: fc.constant<'read'>('read'),
      findings: fc.array(finding, { maxLength: 3 }),
    })
    .map((view): QuorumView => view)
}

/** Views of one cluster one after the other; now and then replicas come and go. */
const history = fc.array(views(fc.array(replica, { maxLength: 6 })), { minLength: 1, maxLength: 12 }).chain((list) =>
  fc.array(fc.boolean(), { minLength: list.length, maxLength: list.length }).map((keeps) => {
    let before: QuorumView | undefined
    return list.map((view, seq) => {
      // Mostly the same replicas with other numbers: only then a delta can tell it.
      const replicas =
        before !== undefined && keeps[seq]
          ? before.replicas.map((r, i) => ({
              ...(view.replicas[i] ?? r),
              nodeId: r.nodeId,
              directoryId: r.directoryId,
            }))
          : view.replicas
      before = { ...view, seq, replicas }
      return before
    })
  }),
)

test("folding deltas, with snapshots where they are needed, equals the server's view", () => {
  let deltas = 0
  fc.assert(
    fc.property(history, (list) => {
      let held: QuorumView | null = null
      let sent: QuorumView | null = null
      for (const view of list) {
        const delta: Delta | null = sent === null ? null : diffViews(sent, view, 3)
        if (delta === null || held === null) held = QuorumView.parse(JSON.parse(JSON.stringify(view)))
        else {
          deltas += 1
          // As the browser gets it: through JSON and the contract.
          held = applyDelta(held, Delta.parse(JSON.parse(JSON.stringify(delta))))
        }
        expect(held).toEqual(view)
        sent = view
      }
    }),
  )
  expect(deltas).toBeGreaterThan(100)
})

test('a delta that does not follow is refused, whatever it says', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: -5, max: 5 }), (list, shift) => {
      const [first] = list
      if (first === undefined || shift === 1) return
      const delta: Delta = { type: 'delta', cluster: 'c', seq: first.seq + shift, at: 1, ageMs: 0 }
      expect(applyDelta(first, delta)).toBeNull()
    }),
  )
})

test('a delta for a replica that is not there is refused', () => {
  fc.assert(
    fc.property(views(fc.array(replica, { maxLength: 3 })), (view) => {
      const r: Delta['r'] = [[view.replicas.length, 1, 1, 1, 1, 1]]
      expect(applyDelta(view, { type: 'delta', cluster: 'c', seq: 1, at: 1, ageMs: 0, r })).toBeNull()
    }),
  )
})

test('the newer view is shown, in whatever order they arrive; another run replaces', () => {
  fc.assert(
    fc.property(views(fc.constant([])), fc.nat(50), fc.nat(50), (view, a, b) => {
      const [old, incoming] = [
        { ...view, seq: a },
        { ...view, seq: b },
      ]
      expect(newer(old, incoming).seq).toBe(Math.max(a, b))
      expect(newer(null, incoming)).toBe(incoming)
      const rerun = { ...incoming, serverRunId: 'another' }
      expect(newer(old, rerun)).toBe(rerun)
    }),
  )
})
