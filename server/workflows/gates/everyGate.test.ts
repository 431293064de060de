/**
 * Each gate, held by facts on which it alone, among the gates of its step, or at least it too, must refuse; and the exact
 * list of gates of every change. A gate that is deleted, or left out of a step, makes a test fail here.
 */
import { describe, expect, test } from 'vitest'
import type { Gate } from '../../contract/workflows.ts'
import {
  CANDIDATE,
  contestedView,
  exampleFacts,
  exampleRun,
  exampleView,
  forgetfulView,
  probe,
  probed,
} from '../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../testing/examples/flatStep.ts'
import type { Facts } from '../run/facts.ts'
import type { Run, RunEntry } from '../run/run.ts'
import { MAX_OBSERVATION_AGE_MS } from '../run/thresholds.ts'
import { EMPTY_TRACK } from '../run/windows/track.ts'

const WRITE = [
  'observation-fresh',
  'leader-reachable',
  'same-cluster',
  'dynamic-quorum',
  'quorum-settled',
  'no-change-in-flight',
  'voters-as-expected',
  'one-quorum',
  'metadata-whole',
]
const READY = [
  'lag-near-zero',
  'candidate-fetches',
  'candidate-is-controller',
  'candidate-endpoints',
  'candidate-reachable',
  'other-incarnations-silent',
]
const CARRIERS = ['voters-heard', 'carriers-healthy']
const ADD = ['id-is-no-voter', ...READY, 'margin-now', 'margin-after', 'margin-if-bad', ...CARRIERS, ...WRITE]
const REMOVE = ['target-is-voter', 'not-last-voter', 'margin-now', 'margin-after', ...CARRIERS, ...WRITE]

const OLD = { nodeId: 2, directoryId: DIRECTORY[2] } as const
const NEW = { nodeId: 2, directoryId: DIRECTORY.new2 } as const

function gatesOf(run: Run, facts: Facts, step: string): Gate[] {
  const found = stepsOf(run, facts).find((s) => s.key === step)
  if (found === undefined) throw new Error(`no step ${step}`)
  return found.gates
}
const failing = (gates: Gate[]) => gates.filter((g) => !g.ok).map((g) => g.code)

/** The disk of 2 failed, its new incarnation has caught up: both directories listed. */
const twinView = (old = replica(2, DIRECTORY[2], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })) =>
  exampleView({
    sample: {
      voters: [LEADER, replica(1, DIRECTORY[1]), old],
      observers: [replica(7, DIRECTORY[7]), replica(2, DIRECTORY.new2)],
    },
  })
const chosen = (candidate: { nodeId: number; directoryId: string }): RunEntry => ({
  type: 'chosen',
  candidate,
  atMs: NOW,
  actor: { id: 'operator', name: 'operator' },
  text: '',
})

const healthy = exampleFacts()
const adding = exampleRun({ kind: 'add-controller', params: { ...CANDIDATE } }, healthy)
const removing = exampleRun({ kind: 'remove-controller', params: { nodeId: 1, directoryId: DIRECTORY[1] } }, healthy)
const twins = exampleFacts(twinView())
const replacing = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, twins, chosen(NEW))

describe('the gates of every change, exactly', () => {
  test.each([
    ['add-controller', adding, healthy, 'add', [...ADD, 'auto-join-as-planned']],
    ['add-controller', adding, healthy, 'caught-up', READY],
    [
      'add-controller',
      adding,
      healthy,
      'steady',
      ['new-voter-healthy', 'voters-as-expected', 'margin-as-planned', 'steady'],
    ],
    ['remove-controller', removing, healthy, 'remove', [...REMOVE, 'auto-join-safe']],
    [
      'remove-controller',
      removing,
      healthy,
      'stays-away',
      ['stays-away', 'voters-as-expected', 'margin-as-planned', 'steady'],
    ],
    ['replace-disk', replacing, twins, 'old-down', ['old-incarnation-silent', 'old-incarnation-down']],
    ['replace-disk', replacing, twins, 'caught-up', READY],
    [
      'replace-disk',
      replacing,
      twins,
      'remove-old',
      [
        'replacement-ready',
        ...READY,
        'old-incarnation-silent',
        'old-incarnation-down',
        ...REMOVE,
        'auto-join-as-planned',
      ],
    ],
    ['replace-disk', replacing, twins, 'add-new', [...ADD, 'auto-join-as-planned']],
    [
      'replace-disk',
      replacing,
      twins,
      'restored',
      ['new-voter-healthy', 'voters-as-expected', 'margin-as-planned', 'steady'],
    ],
  ] as const)('%s: step %#', (_kind, run, facts, step, codes) => {
    expect(gatesOf(run, facts, step).map((g) => g.code)).toEqual(codes)
  })
})

describe('on good facts every gate of the next change holds', () => {
  test.each([
    [adding, healthy, 'add'],
    [removing, healthy, 'remove'],
    [replacing, twins, 'remove-old'],
  ] as const)('%#', (run, facts, step) => {
    expect(failing(gatesOf(run, facts, step))).toEqual([])
  })
})

const silent3 = replica(3, CANDIDATE.directoryId, { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })
const dead = (id: 1 | 2) => replica(id, DIRECTORY[id], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })
const observers3 = (row: ReturnType<typeof replica>) =>
  exampleView({ sample: { observers: [replica(7, DIRECTORY[7]), row] } })
const facts = (over: Partial<Facts>) => exampleFacts(exampleView(), over)
const configured = (autoJoin: string) =>
  exampleView({
    facts: {
      nodes: new Map([
        [0, { configs: new Map([['controller.quorum.auto.join.enable', autoJoin]]), supportedMetadataVersion: 30 }],
      ]),
    },
  })
const said = (autoJoin: string, roles = 'controller') => ({
  configs: new Map([
    ['controller.quorum.auto.join.enable', autoJoin],
    ['process.roles', roles],
  ]),
  supportedMetadataVersion: 30,
})
const nodesSaying = (...ids: number[]) => new Map(ids.map((id) => [id, said('false')]))
const oneNotAsked = exampleView({ facts: { nodes: nodesSaying(0, 1, 3) } })
const brokerByItsOwnWord = exampleView({ facts: { nodes: nodesSaying(0, 1, 2).set(3, said('false', 'broker')) } })
const quietVoter = exampleView({
  sample: {
    voters: [
      LEADER,
      replica(1, DIRECTORY[1], { lastFetchMs: NOW - 1100 }),
      replica(2, DIRECTORY[2], { lastFetchMs: NOW - 1100 }),
    ],
  },
})
/** Its own removal is appended and not committed: the leader stands among the observers. */
const leavingLeader = exampleView({
  sample: {
    voters: [replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2])],
    observers: [LEADER, replica(7, DIRECTORY[7]), replica(3, CANDIDATE.directoryId)],
  },
})
const oneDead = exampleView({
  sample: {
    voters: [LEADER, replica(1, DIRECTORY[1]), dead(2)],
    observers: [replica(7, DIRECTORY[7]), replica(3, CANDIDATE.directoryId)],
  },
})
const sole = exampleView({ sample: { voters: [LEADER], observers: [replica(3, CANDIDATE.directoryId)] } })
const pendingView = exampleView({
  log: { pendingVoters: { offset: 536, epoch: 9, atMs: NOW, voters: [], before: [] } },
})
/** Voter 2 was not healthy a second ago. */
const flapped = facts({
  track: {
    ...healthy.track,
    healthy: new Map(
      [...healthy.track.healthy].map(([key, window]) => [
        key,
        key.startsWith('2/') ? { ...window, sinceMs: window.lastMs - 1000 } : window,
      ]),
    ),
  },
})
const refused = (nodeId: number) =>
  probed(
    healthy.monotonicMs,
    ...[0, 1, 2, 3].map((id) => probe(id, id === nodeId ? { outcome: 'refused', isNode: null } : {})),
  )

describe('each gate refuses what it is there for', () => {
  const run = adding
  test.each<[code: string, run: Run, step: string, bad: Facts]>([
    ['observation-fresh', run, 'add', facts({ ageMs: MAX_OBSERVATION_AGE_MS + 1 })],
    ['observation-fresh', run, 'add', facts({ ageMs: null })],
    ['observation-fresh', run, 'add', facts({ link: 'unreachable' })],
    [
      'leader-reachable',
      run,
      'add',
      exampleFacts({ ...exampleView(), source: { nodeId: 7, via: 'broker', address: 'b:1', tailing: false } }),
    ],
    ['same-cluster', run, 'add', exampleFacts({ ...exampleView(), clusterId: 'AAAAAAAAAAAAAAAAAAAAAQ' })],
    ['same-cluster', run, 'add', exampleFacts({ ...exampleView(), clusterId: null })],
    ['one-quorum', run, 'add', exampleFacts(contestedView())],
    ['one-quorum', run, 'add', exampleFacts({ ...exampleView(), controllers: null })],
    ['metadata-whole', run, 'add', exampleFacts(forgetfulView())],
    ['dynamic-quorum', run, 'add', exampleFacts(exampleView({ log: { kraftVersion: 0 } }))],
    ['quorum-settled', run, 'add', facts({ track: { ...healthy.track, reads: [] } })],
    ['quorum-settled', run, 'add', exampleFacts(exampleView({ sample: { highWatermark: 534 } }))],
    ['no-change-in-flight', run, 'add', exampleFacts(pendingView)],
    [
      'voters-as-expected',
      run,
      'add',
      exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1])] } })),
    ],
    [
      'id-is-no-voter',
      run,
      'add',
      exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), replica(3, DIRECTORY[2])] } })),
    ],
    ['id-is-no-voter', replacing, 'add-new', twins],
    ['lag-near-zero', run, 'add', facts({ track: EMPTY_TRACK })],
    ['lag-near-zero', run, 'add', exampleFacts(observers3(replica(3, CANDIDATE.directoryId, { logEndOffset: 500 })))],
    ['candidate-fetches', run, 'add', exampleFacts(observers3(silent3))],
    ['candidate-fetches', run, 'add', exampleFacts(exampleView({ sample: { observers: [] } }))],
    ['candidate-is-controller', run, 'add', facts({ endpoints: new Map() })],
    ['candidate-is-controller', run, 'add', exampleFacts(exampleView({ facts: { nodes: new Map() } }))],
    ['candidate-endpoints', run, 'add', facts({ endpoints: new Map() })],
    [
      'candidate-endpoints',
      run,
      'add',
      facts({ endpoints: new Map([[3, [{ listener: 'OTHER', host: 'c3', port: 1 }]]]) }),
    ],
    [
      'candidate-endpoints',
      run,
      'add',
      exampleFacts(
        exampleView({
          sample: { voterEndpoints: new Map([[0, [{ listener: 'CONTROLLER', host: 'c0.example', port: 8000 }]]]) },
        }),
      ),
    ],
    ['candidate-reachable', run, 'add', facts({ probes: refused(3) })],
    ['candidate-reachable', run, 'add', facts({ probes: probed(healthy.monotonicMs, probe(3, { isNode: false })) })],
    ['candidate-reachable', run, 'add', facts({ probes: probed(healthy.monotonicMs, probe(3, { isNode: null })) })],
    ['candidate-reachable', run, 'add', facts({ probes: probed(healthy.monotonicMs - 60_000, probe(3)) })],
    [
      'other-incarnations-silent',
      run,
      'add',
      exampleFacts(
        exampleView({ sample: { observers: [replica(3, CANDIDATE.directoryId), replica(3, DIRECTORY.new2)] } }),
      ),
    ],
    ['margin-now', run, 'add', exampleFacts(exampleView({ sample: { voters: [LEADER, dead(1), dead(2)] } }))],
    ['margin-after', run, 'add', exampleFacts(exampleView({ sample: { voters: [LEADER, dead(1), dead(2)] } }))],
    ['margin-if-bad', run, 'add', exampleFacts(oneDead)],
    // Healthy by the fetch timeout, and not heard for a second: it may have died just now.
    ['voters-heard', removing, 'remove', exampleFacts(quietVoter)],
    ['voters-heard', removing, 'remove', facts({ probes: refused(2) })],
    ['voters-heard', run, 'add', exampleFacts(quietVoter)],
    ['carriers-healthy', run, 'add', flapped],
    ['carriers-healthy', removing, 'remove', flapped],
    ['no-change-in-flight', run, 'add', exampleFacts(leavingLeader)],
    [
      'candidate-reachable',
      run,
      'add',
      // Another address answers than the one that the request would carry.
      facts({
        endpoints: new Map(healthy.endpoints).set(3, [{ listener: 'CONTROLLER', host: 'localhost', port: 9999 }]),
      }),
    ],
    ['candidate-is-controller', run, 'add', exampleFacts(brokerByItsOwnWord)],
    [
      'old-incarnation-down',
      replacing,
      'remove-old',
      // The successor lives elsewhere: nothing is known of the process at the old address.
      exampleFacts(twinView(), {
        endpoints: new Map(healthy.endpoints).set(2, [{ listener: 'CONTROLLER', host: 'localhost', port: 9999 }]),
        probes: probed(healthy.monotonicMs, probe(2, { outcome: 'silent', isNode: null })),
      }),
    ],
    ['auto-join-as-planned', run, 'add', exampleFacts(configured('true'))],
    ['auto-join-as-planned', run, 'add', exampleFacts(oneNotAsked)],
    ['auto-join-as-planned', run, 'add', exampleFacts(exampleView({ facts: { nodes: new Map() } }))],
    [
      'target-is-voter',
      removing,
      'remove',
      exampleFacts(exampleView({ sample: { voters: [LEADER, replica(2, DIRECTORY[2])] } })),
    ],
    ['not-last-voter', removing, 'remove', exampleFacts(sole)],
    ['margin-after', removing, 'remove', exampleFacts(oneDead)],
    ['auto-join-safe', removing, 'remove', exampleFacts(configured('true'))],
    ['old-incarnation-silent', replacing, 'remove-old', exampleFacts(twinView(replica(2, DIRECTORY[2])))],
    [
      'old-incarnation-down',
      replacing,
      'remove-old',
      exampleFacts(oneDead, {
        probes: probed(healthy.monotonicMs, probe(2, { outcome: 'silent', isNode: null })),
      }),
    ],
    ['replacement-ready', replacing, 'remove-old', exampleFacts(oneDead)],
    ['new-voter-healthy', run, 'steady', healthy],
    ['margin-as-planned', run, 'steady', exampleFacts(oneDead)],
    ['steady', run, 'steady', facts({ track: EMPTY_TRACK })],
    ['stays-away', removing, 'stays-away', healthy],
  ])('%s', (code, given, step, bad) => {
    expect(failing(gatesOf(given, bad, step))).toContain(code)
  })

  test('margin-if-stopped: a healthy voter beside a dead one may not be stopped', () => {
    const first = exampleFacts(exampleView())
    const leaderTarget = exampleRun({ kind: 'replace-disk', params: { nodeId: 1 } }, first)
    const found = stepsOf(leaderTarget, exampleFacts(oneDead)).find((s) => s.key === 'old-down')
    expect(failing(found?.hostGates ?? [])).toEqual(['margin-if-stopped', ...CARRIERS])
  })

  test('without any view nothing passes that looks at the quorum', () => {
    const blind = facts({ view: null, ageMs: null })
    const may = ['candidate-reachable', 'steady', 'lag-near-zero', 'quorum-settled']
    for (const [given, step] of [
      [adding, 'add'],
      [removing, 'remove'],
      [replacing, 'remove-old'],
    ] as const) {
      const passed = gatesOf(given, blind, step).filter((g) => g.ok && !may.includes(g.code))
      expect(passed.map((g) => g.code)).toEqual([])
    }
  })

  test('the words of a refusal say what is seen, what is needed, why, whence, and what helps', () => {
    for (const gate of gatesOf(adding, exampleFacts(oneDead, { track: EMPTY_TRACK }), 'add')) {
      for (const word of [gate.title, gate.observed, gate.required, gate.why, gate.source]) expect(word).not.toBe('')
      expect(gate.remedy === '').toBe(gate.ok)
    }
  })

  test('the old incarnation of a replacement is the voter that was silent', () => {
    expect(replacing.plan.target).toEqual(OLD)
  })
})
