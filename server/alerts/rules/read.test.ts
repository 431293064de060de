import { describe, expect, test } from 'vitest'
import { aReplica, aView, someFacts } from '../../../components/testing/exampleView.ts'
import { type AlertRule, NOTHING_EXPECTED } from '../../contract/alerts/rules.ts'
import type { ClusterLink } from '../../contract/clusters.ts'
import type { Finding, FindingCode, QuorumFacts, QuorumView } from '../../contract/quorumView.ts'
import type { WorkflowSummary } from '../../contract/workflows.ts'
import { exampleRun, summaryOfRun } from '../../testing/examples/exampleWorkflows.ts'
import type { Seen } from './condition.ts'
import { readRules } from './read.ts'
import { electionsAfter, noElections } from './recentElections.ts'

const LINK: ClusterLink = { state: 'live', sinceMs: 0, problem: null, attempts: [] }

function seen(change: Partial<Seen> = {}, view: Partial<QuorumView> = {}, facts: Partial<QuorumFacts> = {}): Seen {
  return {
    view: aView(view, facts),
    link: LINK,
    ageMs: 200,
    runs: [],
    expected: NOTHING_EXPECTED,
    elections: noElections(0),
    monotonicMs: 3_600_000,
    ...change,
  }
}

/** `rule key severity` of all that holds. */
const holds = (of: Seen) => readRules(of).conditions.map(({ rule, key, severity }) => [rule, key, severity].join(' '))
const unknown = (of: Seen) => [...readRules(of).unknown].sort()
const finding = (code: FindingCode, severity: Finding['severity'] = 'warning', detail = ''): Finding => ({
  code,
  severity,
  title: code,
  detail,
  replicas: [],
})

test('a healthy quorum: nothing holds, and everything is known', () => {
  expect(holds(seen())).toEqual([])
  expect(unknown(seen())).toEqual([])
})

describe('what holds', () => {
  const silent = aReplica(2, { health: 'silent' })
  const replicas = [aReplica(0, { status: 'leader' }), aReplica(1), silent]
  const d2 = silent.directoryId
  const racks = (given: [string, number][]) => ({ expected: { ...NOTHING_EXPECTED, racks: new Map(given) } })
  const inRacks = ['a', 'a', 'b'].map((rack, id) => aReplica(id, { rack }))
  const expected = (voters: number) => ({ expected: { ...NOTHING_EXPECTED, voters } })
  const waiting: WorkflowSummary = { ...summaryOfRun(exampleRun()), state: 'blocked' }

  test.each<[string, Seen, string[]]>([
    ['nobody leads', seen({ link: { ...LINK, state: 'no-leader' } }, {}, { leaderId: null }), ['no-leader  critical']],
    [
      'margin 0',
      seen({}, { replicas }, { margin: 0, healthyVoters: 2 }),
      ['margin-low none critical', `voter-silent 2/${d2} warning`],
    ],
    ['a lost majority', seen({}, {}, { margin: -1 }), ['margin-low none critical', 'margin-low lost critical']],
    ['a single controller has no margin, and that is no news', seen({}, {}, { voters: 1, majority: 1, margin: 0 }), []],
    [
      'a voter that lags',
      seen({}, { replicas: [aReplica(0, { status: 'leader' }), aReplica(1, { health: 'lagging' }), aReplica(2)] }),
      [`voter-lagging 1/${aReplica(1).directoryId} warning`],
    ],
    [
      'an observer that is silent is no silent voter',
      seen({}, { replicas: [...aView().replicas.slice(0, 3), aReplica(7, { health: 'silent' })] }),
      [],
    ],
    [
      'a change that is not committed',
      seen(
        {},
        {},
        { pendingVoterChange: { offset: 5, epoch: 2, appendedAtMs: 0, added: [], removed: [], voters: [] } },
      ),
      ['change-stuck 2/5 warning'],
    ],
    [
      'a second quorum',
      seen({}, { findings: [finding('rival-quorum', 'critical')] }),
      ['second-quorum rival critical'],
    ],
    ['a rival that is not proven', seen({}, { findings: [finding('second-leader')] }), []],
    [
      'two leaders',
      seen({}, { incidents: [{ id: 'x', kind: 'two-leaders', firstSeenAtMs: 0, title: '', detail: '' }] }),
      ['second-quorum x critical'],
    ],
    [
      'metadata that is missing',
      seen({}, { incidents: [{ id: 'y', kind: 'metadata-missing', firstSeenAtMs: 0, title: '', detail: '' }] }),
      ['watermark-fell y critical'],
    ],
    ['a ghost', seen({}, { findings: [finding('ghost-observer', 'info')] }), ['ghost-observer  info']],
    [
      'leftovers',
      seen({}, { findings: [finding('static-voters-left'), finding('throttle-stands')] }),
      ['leftovers static-voters-left info', 'leftovers throttle-stands info'],
    ],
    ['even voters', seen({}, {}, { voters: 4, majority: 3 }), ['even-voters  info']],
    ['even voters that are expected', seen(expected(4), {}, { voters: 4, majority: 3 }), []],
    ['fewer voters than expected', seen(expected(5)), ['fewer-voters  warning']],
    ['as many as expected', seen(expected(3)), []],
    [
      'a rack without a voter',
      seen(
        racks([
          ['a', 1],
          ['c', 1],
        ]),
        { replicas: inRacks },
      ),
      ['rack-without-voter c warning'],
    ],
    ['a rack with too few', seen(racks([['b', 2]]), { replicas: inRacks }), ['rack-without-voter b warning']],
    [
      'racks that nobody reports are not called empty',
      seen(
        racks([
          ['a', 1],
          ['b', 1],
          ['c', 1],
        ]),
      ),
      [],
    ],
    ['nobody answers', seen({ link: { ...LINK, state: 'unreachable' } }), ['observation-lost  critical']],
    ['the last answer is old', seen({ ageMs: 15_001 }), ['observation-lost  critical']],
    ['a run that waits', seen({ runs: [waiting] }), ['run-waits run-1 warning']],
    [
      'a run that broke the glass',
      seen({ runs: [{ ...waiting, state: 'running', brokenGlass: { by: 'Ann', reason: 'fire' } }] }),
      ['glass-broken run-1 critical'],
    ],
    ['a run at work', seen({ runs: [{ ...waiting, state: 'running' }] }), []],
    [
      'a certificate, soon',
      seen({}, { findings: [finding('certificate-expires', 'warning', 'It is shown at c0:8000 for c0. More.')] }),
      ['certificate-expires c0:8000 warning'],
    ],
    [
      'a certificate, now: rings once more',
      seen({}, { findings: [finding('certificate-expires', 'critical', 'It is shown at c0:8000 for c0. More.')] }),
      ['certificate-expires c0:8000 warning', 'certificate-expires c0:8000 now critical'],
    ],
  ])('%s', (_what, of, expectedRules) => expect(holds(of)).toEqual(expectedRules))
})

describe('what is not known', () => {
  const ofView: AlertRule[] = [
    'change-stuck',
    'even-voters',
    'ghost-observer',
    'leftovers',
    'margin-low',
    'voter-lagging',
    'voter-silent',
  ]

  test('while a new leader has not seen every voter, no voter is judged', () => {
    expect(unknown(seen({}, {}, { settling: true, margin: null }))).toEqual([
      'ghost-observer',
      'margin-low',
      'voter-lagging',
      'voter-silent',
    ])
  })
  test('while nobody leads nothing is said of what a leader knows', () => {
    expect(unknown(seen({ link: { ...LINK, state: 'no-leader' } }))).toEqual(ofView)
  })
  test('while nobody answers it is not known either whether somebody leads', () => {
    expect(unknown(seen({ link: { ...LINK, state: 'unreachable' } }))).toEqual([...ofView, 'no-leader'].sort())
  })
  test('before the first view', () => {
    expect(unknown(seen({ view: null, ageMs: null, link: { ...LINK, state: 'connecting' } }))).toEqual(
      [...ofView, 'certificate-expires', 'no-leader', 'second-quorum', 'watermark-fell'].sort(),
    )
  })
  test('records that cannot be read may hold what was lost', () => {
    expect(unknown(seen({}, { incidentMemory: 'failed' }))).toEqual(['second-quorum', 'watermark-fell'])
  })
})

describe('elections of an hour', () => {
  const counted = (epochs: number[], expected = false) =>
    epochs.reduce(
      (recent, leaderEpoch, at) => electionsAfter(recent, aView({}, someFacts({ leaderEpoch })), expected, at * 1000),
      noElections(0),
    )
  test('six ring where nothing is said, three where two are expected', () => {
    expect(holds(seen({ elections: counted([1, 2, 3, 4, 5, 6]) }))).toEqual([])
    expect(holds(seen({ elections: counted([1, 2, 3, 4, 5, 6, 7]) }))).toEqual(['elections  warning'])
    const expected = { ...NOTHING_EXPECTED, maxElectionsPerHour: 2 }
    expect(holds(seen({ expected, elections: counted([1, 2, 4]) }))).toEqual(['elections  warning'])
  })
  test('those of a guided change are not counted', () => {
    expect(holds(seen({ elections: counted([1, 9], true) }))).toEqual([])
  })
  test('an hour later they are history, also while the epoch stands', () => {
    const stormy = counted([1, 20])
    const later = electionsAfter(stormy, aView({}, someFacts({ leaderEpoch: 20 })), false, 1000 + 3_600_000)
    expect(later.seen).toEqual([])
  })
  test('few in less than an hour prove nothing', () => {
    expect(unknown(seen({ monotonicMs: 3_599_999 }))).toEqual(['elections'])
  })
})
