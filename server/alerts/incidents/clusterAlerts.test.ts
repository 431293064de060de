import { describe, expect, test } from 'vitest'
import { aReplica, aView } from '../../../components/testing/exampleView.ts'
import { NOTHING_EXPECTED } from '../../contract/alerts/rules.ts'
import type { Silence } from '../../contract/alerts/silences.ts'
import type { ClusterLink } from '../../contract/clusters.ts'
import type { QuorumFacts, QuorumView } from '../../contract/quorumView.ts'
import type { WorkflowSummary } from '../../contract/workflows.ts'
import { exampleRun, summaryOfRun } from '../../testing/examples/exampleWorkflows.ts'
import { DEFAULT_POLICIES, policiesWith } from '../rules/policies.ts'
import {
  abandoned,
  acknowledge,
  type ClusterAlerts,
  evaluate,
  type Input,
  noAlerts,
  openIncidents,
  restoredAlerts,
} from './clusterAlerts.ts'

const LINK: ClusterLink = { state: 'live', sinceMs: 0, problem: null, attempts: [] }
const WALL_MS = 1_700_000_000_000

/** Plays seconds of one cluster and notes who is told what. */
class Play {
  state: ClusterAlerts = noAlerts(0)
  nowMs = WALL_MS
  monotonicMs = 0
  readonly told: string[] = []
  runs: WorkflowSummary[] = []
  silences: Silence[] = []
  policies = DEFAULT_POLICIES
  #ids = 0

  step(view: QuorumView | null, change: Partial<Input> = {}) {
    const { nowMs, monotonicMs, runs, silences, policies } = this
    const evaluated = evaluate(this.state, {
      cluster: 'c',
      view,
      link: LINK,
      ageMs: view === null ? null : 100,
      runs,
      expected: NOTHING_EXPECTED,
      policies,
      silences,
      nowMs,
      monotonicMs,
      newId: () => `i${++this.#ids}`,
      ...change,
    })
    this.state = evaluated.state
    for (const { rule, key, state } of evaluated.tell) this.told.push(`${state} ${rule} ${key.split('/')[0]}`.trim())
    return evaluated
  }

  seconds(count: number, view: QuorumView | null, change: Partial<Input> = {}): this {
    for (let s = 0; s < count; s += 1) {
      this.nowMs += 1000
      this.monotonicMs += 1000
      this.step(view, change)
    }
    return this
  }
}

const healthy = aView()
const without = (...ids: number[]) =>
  aView(
    {
      replicas: [0, 1, 2].map((id) =>
        aReplica(id, { ...(id === 0 ? { status: 'leader' } : {}), ...(ids.includes(id) ? { health: 'silent' } : {}) }),
      ),
    },
    { margin: 1 - ids.length, healthyVoters: 3 - ids.length },
  )
const settling = aView({}, { settling: true, margin: null } satisfies Partial<QuorumFacts>)
const LEADERLESS: Partial<Input> = { link: { ...LINK, state: 'no-leader' } }

describe('in time', () => {
  test('what heals within its time never rings', () => {
    expect(
      new Play().seconds(59, without(2)).seconds(1, healthy).seconds(59, without(2)).seconds(90, healthy).told,
    ).toEqual([])
  })
  test('an election that ends within its time never rings; one that does not does', () => {
    expect(new Play().seconds(14, healthy, LEADERLESS).seconds(30, healthy).told).toEqual([])
    expect(new Play().seconds(16, healthy, LEADERLESS).told).toEqual(['open no-leader'])
  })
  test('it rings once, stays one incident over a short break, and is told to be over once', () => {
    const play = new Play().seconds(100, without(2)).seconds(20, healthy).seconds(100, without(2))
    expect(play.told).toEqual(['open margin-low none', 'open voter-silent 2'])
    const ids = openIncidents(play.state).map(({ id }) => id)
    expect(openIncidents(play.seconds(29, healthy).state).map(({ id }) => id)).toEqual(ids)
    play.seconds(31, healthy)
    expect(play.told.slice(2)).toEqual(['resolved margin-low none', 'resolved voter-silent 2'])
    expect(openIncidents(play.state)).toEqual([])
  })
  test('the incident says since when, and when it rang', () => {
    const [incident] = openIncidents(new Play().seconds(100, without(2)).state)
    expect([incident?.startedAtMs, incident?.firedAtMs]).toEqual([WALL_MS + 1000, WALL_MS + 61_000])
  })
  test('while nothing is known it neither rings nor ends, and the time does not count', () => {
    const play = new Play().seconds(50, without(2)).seconds(300, settling)
    expect(play.told).toEqual([])
    play.seconds(12, without(2))
    expect(play.told).toHaveLength(2)
    expect(play.seconds(300, settling).told).toHaveLength(2)
    expect(openIncidents(play.state)).toHaveLength(2)
  })
  test('a rule that is switched off ends what it had begun', () => {
    const play = new Play().seconds(100, without(2))
    play.policies = policiesWith({ 'voter-silent': { enabled: false }, 'margin-low': { severity: 'info' } })
    play.seconds(40, without(2))
    expect(openIncidents(play.state).map(({ rule, severity }) => [rule, severity])).toEqual([['margin-low', 'info']])
  })
})

describe('a clock that jumps', () => {
  test.each([86_400_000, -86_400_000])('by %i ms: nothing rings, nothing ends', (jumpMs) => {
    const play = new Play().seconds(30, without(2))
    play.nowMs += jumpMs
    expect(play.seconds(20, without(2)).told).toEqual([])
    play.seconds(20, without(2))
    expect(play.told).toHaveLength(2)
    play.nowMs += jumpMs
    play.seconds(20, healthy)
    expect(openIncidents(play.state)).toHaveLength(2)
    play.seconds(20, healthy)
    expect(openIncidents(play.state)).toEqual([])
  })
  test('an hour in which the process stood still counts for seconds', () => {
    const play = new Play().seconds(10, without(2))
    play.monotonicMs += 3_600_000
    play.step(without(2))
    expect(play.told).toEqual([])
  })
  test('the end of an incident is never before its beginning', () => {
    const play = new Play().seconds(100, without(2))
    play.nowMs -= 86_400_000
    const { changed } = play.seconds(29, healthy).step(healthy, { monotonicMs: play.monotonicMs + 2000 })
    for (const { resolvedAtMs, firedAtMs } of changed) expect(resolvedAtMs).toBeGreaterThanOrEqual(firedAtMs)
    expect(changed).not.toEqual([])
  })
})

describe('silences', () => {
  const silence = (change: Partial<Silence>): Silence => ({
    id: 's',
    matchers: { nodeId: 2 },
    fromMs: WALL_MS,
    untilMs: WALL_MS + 300_000,
    reason: 'a new disk',
    createdBy: 'Ann',
    run: null,
    nodeIds: [],
    ...change,
  })
  test('nobody is told while it lasts; who was not told of the beginning is told when it ends', () => {
    const play = new Play()
    play.silences = [silence({})]
    expect(play.seconds(290, without(2)).told).toEqual([])
    expect(openIncidents(play.state).map(({ silencedBy }) => silencedBy)).toEqual([
      'Ann: a new disk',
      'Ann: a new disk',
    ])
    expect(play.seconds(20, without(2)).told).toEqual(['open margin-low none', 'open voter-silent 2'])
  })
  test('what began and ended in it is never told', () => {
    const play = new Play()
    play.silences = [silence({})]
    expect(play.seconds(100, without(2)).seconds(400, healthy).told).toEqual([])
  })
  test.each<[Silence['matchers'], number]>([
    [{ cluster: 'other' }, 2],
    [{ cluster: 'c' }, 0],
    [{ rule: 'voter-silent' }, 1],
    [{ severity: 'critical' }, 1],
    [{ nodeId: 1 }, 2],
    [{ nodeId: 2, rule: 'margin-low' }, 1],
  ])('%j leaves %i of two', (matchers, told) => {
    const play = new Play()
    play.silences = [silence({ matchers })]
    expect(play.seconds(100, without(2)).told).toHaveLength(told)
  })
  test('of somebody who was told of the beginning, the end is told in a silence too', () => {
    const play = new Play().seconds(100, without(2))
    play.silences = [silence({})]
    expect(play.seconds(100, healthy).told.slice(2)).toEqual(['resolved margin-low none', 'resolved voter-silent 2'])
  })
})

describe('a guided change', () => {
  const run = (change: Partial<WorkflowSummary>): WorkflowSummary => ({
    ...summaryOfRun(exampleRun({ title: 'Restart all', kind: 'rolling-restart' })),
    state: 'running',
    disturbs: [2],
    ...change,
  })
  const during = (change: Partial<WorkflowSummary>, seconds: number, view: QuorumView, more: Partial<Input> = {}) => {
    const play = new Play()
    play.runs = [run(change)]
    return play.seconds(seconds, view, more)
  }
  test('what it does to its node rings for nobody, and is shown', () => {
    const play = during({}, 300, without(2))
    expect(play.told).toEqual([])
    expect(openIncidents(play.state).map(({ silencedBy }) => silencedBy)).toEqual([
      'guided change: Restart all',
      'guided change: Restart all',
    ])
  })
  test('one that is blocked because its node is away is at work', () => {
    expect(during({ state: 'blocked' }, 300, without(2)).told).toEqual([])
    expect(during({ state: 'blocked' }, 100, without(1)).told).toEqual(['open margin-low none', 'open voter-silent 1'])
  })
  test('another node, too, is more than it explains', () => {
    expect(during({}, 100, without(1, 2)).told).toEqual([
      'open margin-low none',
      'open margin-low lost',
      'open voter-silent 1',
    ])
  })
  test.each<[string, Partial<WorkflowSummary>]>([
    ['has paused', { state: 'pausedDrift' }],
    ['does not know what came of its request', { state: 'outcomeUnknown' }],
    ['rests, or stops nothing now', { disturbs: [] }],
  ])('one that %s silences nothing', (_what, change) => {
    expect(during(change, 100, without(2)).told).toEqual(['open margin-low none', 'open voter-silent 2'])
  })
  test('it ends with its run', () => {
    const play = during({}, 300, without(2))
    play.runs = []
    expect(play.seconds(1, without(2)).told).toEqual(['open margin-low none', 'open voter-silent 2'])
  })
  test('it moves on to the next node while the last one clears: nobody is told of what is over', () => {
    const play = during({}, 100, without(2)).seconds(5, healthy)
    play.runs = [run({ disturbs: [1] })]
    expect(play.seconds(60, healthy).told).toEqual([])
  })
  test('it ends while nothing is known: nobody is told before it is seen again', () => {
    const play = during({}, 100, without(2))
    play.runs = []
    expect(play.seconds(60, settling).told).toEqual([])
    expect(play.seconds(1, without(2)).told).toHaveLength(2)
  })
  test('a node that is away for longer than any restart takes rings all the same', () => {
    expect(during({}, 599, without(2)).told).toEqual([])
    expect(during({}, 602, without(2)).told).toEqual(['open margin-low none', 'open voter-silent 2'])
  })
  test('no leader beyond its time, a second quorum and lost metadata are never explained', () => {
    expect(during({}, 16, without(2), LEADERLESS).told).toEqual(['open no-leader'])
    const incidents: QuorumView['incidents'] = [
      { id: 'x', kind: 'metadata-missing', firstSeenAtMs: 0, title: '', detail: '' },
    ]
    expect(during({}, 2, aView({ incidents })).told).toEqual(['open watermark-fell x'])
    const rival = {
      code: 'rival-quorum',
      severity: 'critical',
      title: '',
      detail: '',
      replicas: [{ nodeId: 2, directoryId: null }],
    } as const
    expect(during({}, 10, aView({ findings: [{ ...rival, replicas: [...rival.replicas] }] })).told).toEqual([
      'open second-quorum rival',
    ])
  })
  test('a change of the voters explains their number for a while', () => {
    const even = aView({}, { voters: 4, majority: 3 })
    expect(during({ kind: 'scale' }, 3599, even).told).toEqual([])
    expect(during({ kind: 'scale' }, 3602, even).told).toEqual(['open even-voters'])
    expect(during({}, 700, even).told).toEqual(['open even-voters'])
  })
})

describe('over a restart, and by people', () => {
  test('an open incident is neither told again nor forgotten; gone, its end is told', () => {
    const play = new Play().seconds(100, without(2))
    const open = openIncidents(play.state).map((incident) => ({ incident, told: true }))
    const later = new Play()
    later.state = restoredAlerts(0, open)
    expect(later.seconds(100, without(2)).told).toEqual([])
    expect(openIncidents(later.state).map(({ id }) => id)).toEqual(open.map(({ incident }) => incident.id))
    expect(later.seconds(40, healthy).told).toEqual(['resolved margin-low none', 'resolved voter-silent 2'])
  })
  test('while the cluster is not seen yet nothing is over', () => {
    const open = openIncidents(new Play().seconds(100, without(2)).state)
    const later = new Play()
    later.state = restoredAlerts(
      0,
      open.map((incident) => ({ incident, told: true })),
    )
    later.seconds(20, null, { link: { ...LINK, state: 'connecting' } })
    expect(openIncidents(later.state)).toHaveLength(2)
  })
  test('acknowledged by name; an id that is not open is none', () => {
    const play = new Play().seconds(100, without(2))
    const [first] = openIncidents(play.state)
    const by = { by: 'Ann', atMs: 5, note: '' }
    const done = acknowledge(play.state, first?.id ?? '', by)
    expect(done?.incident.acknowledged).toEqual(by)
    expect(acknowledge(play.state, 'nothing', by)).toBeNull()
    play.state = done?.state ?? play.state
    expect(openIncidents(play.seconds(10, without(2)).state)[0]?.acknowledged).toEqual(by)
  })
  test('of a cluster that is watched no more everything ends', () => {
    const { tell, state } = abandoned(new Play().seconds(100, without(2)).state, WALL_MS + 200_000)
    expect(tell.map(({ rule, state: of }) => `${of} ${rule}`)).toEqual(['resolved margin-low', 'resolved voter-silent'])
    expect(openIncidents(state)).toEqual([])
  })
  test('a healthy cluster keeps the very same tracks', () => {
    const play = new Play().seconds(1, healthy)
    const { tracks } = play.state
    expect(play.seconds(5, healthy).state.tracks).toBe(tracks)
  })
})
