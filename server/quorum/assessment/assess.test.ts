import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FindingCode } from '../../contract/quorumView.ts'
import { majorityOf } from '../../contract/voters.ts'
import {
  DIRECTORY,
  LEADER,
  NOW,
  type Over,
  observation,
  replica,
  SKEW,
} from '../../testing/examples/exampleObservation.ts'
import { assess, NOTHING_REMEMBERED, type Remembered } from './assess.ts'
import { marginOf } from './margin.ts'

function view(over: Over = {}, remembered: Remembered = NOTHING_REMEMBERED) {
  return assess(observation(over), remembered).view
}

function codes(over: Over = {}): FindingCode[] {
  return view(over).findings.map((f) => f.code)
}

const SILENT_2 = replica(2, DIRECTORY[2], {
  logEndOffset: 407,
  lastFetchMs: NOW - 63_307,
  lastCaughtUpMs: NOW - 63_802,
})
const NEW_2 = replica(2, DIRECTORY.new2)
const ONE = replica(1, DIRECTORY[1])

describe('a healthy quorum', () => {
  test('the figures of kafka-metadata-quorum', () => {
    const { quorum, replicas, findings } = view()
    expect(quorum).toMatchObject({
      leaderId: 0,
      leaderEpoch: 9,
      highWatermark: 535,
      voters: 3,
      majority: 2,
      healthyVoters: 3,
      margin: 1,
      maxFollowerLag: 0,
      maxFollowerLagTimeMs: 283,
      mode: 'dynamic',
      metadataVersion: '4.3-IV0',
      settling: false,
    })
    expect(replicas.map((r) => [r.nodeId, r.status, r.roles.join()])).toEqual([
      [0, 'leader', 'controller'],
      [1, 'follower', 'controller'],
      [2, 'follower', 'controller'],
      [7, 'observer', 'broker'],
    ])
    expect(findings).toEqual([])
  })

  test("ages are the leader's: the dashboard's clock may be anything", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (skew) => {
        const { replicas } = view({ sample: { observedAtMs: NOW + skew } })
        expect(replicas.map((r) => r.lastFetchAgeMs)).toEqual([0, 283, 283, 283])
      }),
    )
  })
})

describe("the article's failed disk", () => {
  const sample = { voters: [LEADER, ONE, SILENT_2], observers: [NEW_2, replica(7, DIRECTORY[7])] }

  test('both incarnations stand side by side', () => {
    const { replicas, quorum } = view({ sample })
    expect(replicas.filter((r) => r.nodeId === 2)).toMatchObject([
      {
        directoryId: DIRECTORY[2],
        status: 'follower',
        lag: 128,
        lastFetchAgeMs: 63_307,
        timeLagMs: 63_802,
        health: 'silent',
      },
      { directoryId: DIRECTORY.new2, status: 'observer', lag: 0, health: 'ok' },
    ])
    expect(quorum).toMatchObject({ healthyVoters: 2, margin: 0, maxFollowerLag: 128, maxFollowerLagTimeMs: 63_802 })
  })

  test('what a person should know', () => {
    expect(codes({ sample })).toEqual(['margin-zero', 'voter-silent', 'two-incarnations'])
  })
})

describe('health', () => {
  const young = { leader: { leaderId: 0, epoch: 9, sinceMs: NOW - 1000 } }
  const unseen = replica(2, DIRECTORY[2], { logEndOffset: null, lastFetchMs: null, lastCaughtUpMs: null })
  const of = (over: Over) => view(over).replicas.find((r) => r.nodeId === 2)

  test('unseen under a young leader: unknown, and the margin is not told', () => {
    const over: Over = { sample: { voters: [LEADER, ONE, unseen] }, log: young }
    expect(of(over)).toMatchObject({ health: 'unknown', lag: null, lastFetchAgeMs: null })
    expect(view(over).quorum).toMatchObject({ settling: true, margin: null })
    expect(codes(over)).toEqual(['settling'])
  })

  test('unseen under an old leader: silent, with no age', () => {
    expect(of({ sample: { voters: [LEADER, ONE, unseen] } })).toMatchObject({ health: 'silent', lastFetchAgeMs: null })
  })

  test('without the log, the epoch counts from our first sight of it', () => {
    const over: Over = { sample: { voters: [LEADER, ONE, unseen] }, log: null }
    const first = assess(observation(over), NOTHING_REMEMBERED)
    expect(first.view.quorum.settling).toBe(true)
    const at = (ms: number) => {
      const row = (r: typeof ONE) => ({ ...r, lastFetchMs: NOW + ms, lastCaughtUpMs: NOW + ms })
      const sample = { voters: [row(LEADER), row(ONE), unseen], observedAtMs: NOW + SKEW + ms }
      return assess(observation({ ...over, sample }), first.remembered).view.quorum
    }
    expect(at(4999).settling).toBe(true)
    expect(at(5000)).toMatchObject({ settling: false, margin: 0 })
  })

  test.each([
    [1999, 1999, 'ok'],
    [1999, 2000, 'lagging'],
    [2000, 2000, 'silent'],
    [0, null, 'lagging'],
  ])('fetched %d ms ago, caught up %s ms ago: %s', (fetch, caughtUp, health) => {
    const state = { lastFetchMs: NOW - fetch, lastCaughtUpMs: caughtUp === null ? null : NOW - caughtUp }
    expect(of({ sample: { voters: [LEADER, ONE, replica(2, DIRECTORY[2], state)] } })?.health).toBe(health)
  })

  test("the cluster's own fetch timeout decides, the leader's before others'", () => {
    const key = 'controller.quorum.fetch.timeout.ms'
    const node = (value: string) => ({ configs: new Map([[key, value]]), supportedMetadataVersion: null })
    const nodes = new Map([
      [1, node('9000')],
      [0, node('100')],
    ])
    expect(view({ facts: { nodes } }).quorum).toMatchObject({ fetchTimeoutMs: 100, fetchTimeoutSource: 'cluster' })
    expect(of({ facts: { nodes } })?.health).toBe('silent')
    expect(view().quorum).toMatchObject({ fetchTimeoutMs: 2000, fetchTimeoutSource: 'assumed' })
  })

  test('a leader whose clock stepped back: ages unknown, and said', () => {
    const future = replica(2, DIRECTORY[2], { lastFetchMs: NOW + 5000, lastCaughtUpMs: NOW + 5000 })
    const over: Over = { sample: { voters: [LEADER, ONE, future] } }
    expect(of(over)).toMatchObject({ lastFetchAgeMs: null, lastCaughtUpAgeMs: null, health: 'unknown' })
    expect(codes(over)).toContain('leader-clock-stepped')
  })

  test('DescribeQuorum v0 tells no times: nothing is called healthy', () => {
    const blind = (nodeId: number) => replica(nodeId, null, { lastFetchMs: null, lastCaughtUpMs: null })
    const { quorum } = view({ sample: { voters: [blind(0), blind(1), blind(2)] } })
    expect(quorum).toMatchObject({ healthyVoters: 1, settling: true, margin: null })
  })
})

describe('the leader', () => {
  test('while its own removal is not committed it stands among the observers', () => {
    const { replicas, quorum } = view({ sample: { voters: [ONE, replica(2, DIRECTORY[2])], observers: [LEADER] } })
    expect(replicas.map((r) => [r.nodeId, r.status])).toEqual([
      [1, 'follower'],
      [2, 'follower'],
      [0, 'leader'],
    ])
    expect(quorum).toMatchObject({ voters: 2, healthyVoters: 2, margin: 0 })
  })

  test("an old incarnation of the leader's id shows the leader's times, which say nothing of it", () => {
    const ghost = replica(0, DIRECTORY.new2, { logEndOffset: 12, lastFetchMs: NOW, lastCaughtUpMs: NOW })
    const { replicas } = view({ sample: { observers: [ghost] } })
    expect(replicas.find((r) => r.directoryId === DIRECTORY.new2)).toMatchObject({
      status: 'observer',
      lastFetchAgeMs: null,
      health: 'silent',
    })
  })

  test('nobody leads: who the replicas are stays, how they are is unknown', () => {
    const led = assess(observation(), NOTHING_REMEMBERED)
    const sample = {
      kind: 'leaderless' as const,
      observedAtMs: NOW,
      source: led.view.source,
      namedLeaderId: null,
      sinceMs: NOW,
    }
    const { view: without } = assess({ ...observation(), sample }, led.remembered)
    expect(without.quorum).toMatchObject({
      leaderId: null,
      highWatermark: null,
      margin: null,
      voters: 3,
      settling: true,
    })
    expect(without.replicas).toHaveLength(4)
    expect(without.replicas.every((r) => r.health === 'unknown' && r.lag === null && r.lastFetchAgeMs === null)).toBe(
      true,
    )
    expect(without.findings.map((f) => f.code)).toEqual(['no-leader'])
    const named = assess(
      { ...observation(), sample: { ...sample, namedLeaderId: 1, sinceMs: NOW } },
      led.remembered,
    ).view
    expect(named.findings[0]?.title).toContain('followers name controller 1')
  })
})

describe('findings', () => {
  const node = (configs: Record<string, string>) => ({
    configs: new Map(Object.entries(configs)),
    supportedMetadataVersion: 30,
  })

  test.each<[FindingCode, Over]>([
    ['majority-lost', { sample: { voters: [LEADER, SILENT_2, { ...SILENT_2, nodeId: 1 }] } }],
    ['single-voter', { sample: { voters: [LEADER] } }],
    ['even-voters', { sample: { voters: [LEADER, ONE, replica(2, DIRECTORY[2]), replica(3, DIRECTORY.new2)] } }],
    ['voter-lagging', { sample: { voters: [LEADER, ONE, replica(2, DIRECTORY[2], { lastCaughtUpMs: NOW - 9000 })] } }],
    ['ghost-observer', { sample: { observers: [replica(7, DIRECTORY[7], { lastFetchMs: NOW - 9000 })] } }],
    ['static-voters-left', { facts: { nodes: new Map([[1, node({ 'controller.quorum.voters': '1@a:1' })]]) } }],
    ['kraft-version-0', { log: { kraftVersion: 0 } }],
    ['kafka-too-old', { facts: { knowsVoterChanges: false } }],
    ['auto-join-on', { facts: { nodes: new Map([[1, node({ 'controller.quorum.auto.join.enable': 'true' })]]) } }],
    ['acl-missing', { facts: { missingAcls: ['ALTER'] } }],
    ['controllers-unreachable', { facts: { controllersProblem: 'c:1: nothing listens there.' } }],
    ['tail-unavailable', { facts: { tailProblem: 'c:1: no answer in time.' } }],
    ['unregistered', { log: { controllers: new Map() } }],
    ['fenced', { log: { brokers: new Map([[7, { endpoints: [], incarnationId: 'x', fenced: true, rack: null }]]) } }],
    ['endpoint-unresolved', { facts: { unresolvedHosts: ['c2.example'] } }],
    [
      'pending-voter-change',
      {
        log: {
          pendingVoters: {
            offset: 540,
            epoch: 9,
            atMs: NOW,
            voters: [],
            before: [{ nodeId: 1, directoryId: DIRECTORY[1], endpoints: [] }],
          },
        },
      },
    ],
  ])('%s', (code, over) => {
    expect(codes(over)).toContain(code)
    expect(codes()).not.toContain(code)
  })

  test('two processes of one id are worse than a replaced disk', () => {
    const sample = { observers: [NEW_2] }
    expect(view({ sample }).findings).toMatchObject([{ code: 'two-incarnations', severity: 'warning' }])
  })

  test('the gravest stands first, and words hold no ages', () => {
    const silent = { sample: { voters: [LEADER, ONE, SILENT_2] }, facts: { missingAcls: ['ALTER' as const] } }
    const now = view(silent).findings
    expect(now.map((f) => f.severity)).toEqual(['warning', 'warning', 'info'])
    const later = { ...SILENT_2, lastFetchMs: NOW - 99_000 }
    expect(view({ ...silent, sample: { voters: [LEADER, ONE, later] } }).findings).toEqual(now)
  })
})

describe('margin', () => {
  test.each([
    [1, 1, 0],
    [2, 2, 0],
    [3, 3, 1],
    [3, 2, 0],
    [3, 1, -1],
    [4, 4, 1],
    [5, 5, 2],
    [7, 7, 3],
  ])('%i voters, %i healthy: %i', (voters, healthy, margin) => {
    expect(marginOf(voters, healthy, false)).toBe(margin)
  })

  test('unknown while anything is unknown', () => {
    expect(marginOf(3, 3, true)).toBeNull()
    expect(marginOf(0, 0, false)).toBeNull()
  })

  test('losing `margin` more leaves a majority, one more does not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(9), (voters, dead) => {
        const healthy = Math.max(0, voters - dead)
        const margin = marginOf(voters, healthy, false) ?? Number.NaN
        expect(healthy - margin).toBe(majorityOf(voters))
        expect(majorityOf(voters) * 2).toBeGreaterThan(voters)
        expect((majorityOf(voters) - 1) * 2).toBeLessThanOrEqual(voters)
      }),
    )
  })
})
