import { describe, expect, test } from 'vitest'
import type { ClusterLink } from '../../server/contract/clusters.ts'
import type { Finding, FindingCode, QuorumFacts, ReplicaView } from '../../server/contract/quorumView.ts'
import { spoken } from '../kit/words/words.ts'
import { aReplica, aView, directoryOf } from '../testing/exampleView.ts'
import { type VerdictFacts, verdict } from './verdict.ts'

const link = (change: Partial<ClusterLink> = {}): ClusterLink => ({
  state: 'live',
  sinceMs: 0,
  problem: null,
  attempts: [],
  ...change,
})

function judge(change: Partial<VerdictFacts> = {}) {
  const found = verdict({ view: aView(), link: link(), freshness: 'live', longWithoutLeader: false, ...change })
  return { ...found, text: spoken(found.detail, 0) }
}

const leader = aReplica(0, { status: 'leader' })
const silent = (nodeId: number, ageMs: number | null = 63_300) =>
  aReplica(nodeId, { health: 'silent', lastFetchAgeMs: ageMs, lastCaughtUpAgeMs: ageMs, lag: 128 })

function ofQuorum(replicas: ReplicaView[], facts: Partial<QuorumFacts>) {
  return judge({ view: aView({ replicas }, facts) })
}

describe('what the quorum shows', () => {
  test('healthy', () => {
    const found = judge()
    expect(found).toMatchObject({ code: 'healthy', tone: 'ok', headline: 'Healthy: you can lose 1 more controller.' })
    expect(found.text).toBe(
      'All 3 voters follow leader 0. If any one stops now: the quorum keeps working, and cannot lose another.',
    )
    const seven = judge({ view: aView({}, { voters: 7, majority: 4, healthyVoters: 7, margin: 3 }) })
    expect(seven.headline).toBe('Healthy: you can lose 3 more controllers.')
  })

  test('a silent voter at the last margin, with its new disk beside it', () => {
    const twin = aReplica(2, { directoryId: directoryOf(3), status: 'observer' })
    const found = ofQuorum([leader, aReplica(1), silent(2), twin], { healthyVoters: 2, margin: 0 })
    expect(found).toMatchObject({
      code: 'margin-zero',
      tone: 'caution',
      headline: 'Controller 2 is silent. The quorum works, but cannot lose another controller.',
      short: 'Cannot lose another controller',
    })
    expect(found.text).toBe(
      'No fetch for 63 s (timeout 2 s, from the cluster’s configuration). A new disk of controller 2 is here and has caught up: lag 0. If 1 stops now: no leader, no metadata changes until 1 or 2 is back.',
    )
  })

  test('a dead ex-leader that this leader has never heard', () => {
    const found = ofQuorum([leader, aReplica(1), silent(2, null)], { healthyVoters: 2, margin: 0 })
    expect(found.text).toContain('No fetch since this leader took over')
  })

  test('a lagging voter with margin to spare', () => {
    const lagging = aReplica(4, { health: 'lagging', lastCaughtUpAgeMs: 12_000 })
    const found = ofQuorum([leader, aReplica(1), aReplica(2), aReplica(3), lagging], {
      voters: 5,
      majority: 3,
      healthyVoters: 4,
      margin: 1,
      fetchTimeoutSource: 'assumed',
    })
    expect(found).toMatchObject({
      code: 'voter-troubled',
      tone: 'caution',
      headline: 'Controller 4 is lagging. The quorum works and can lose 1 more controller.',
    })
    expect(found.text).toBe('Not caught up for 12 s (timeout 2 s, assumed: Kafka’s default).')
  })

  test('several in trouble are counted together', () => {
    const found = ofQuorum([leader, aReplica(1), aReplica(2), aReplica(3), silent(4), silent(5, 90_000), aReplica(6)], {
      voters: 7,
      majority: 4,
      healthyVoters: 5,
      margin: 1,
    })
    expect(found.headline).toBe('Controllers 4 and 5 are silent. The quorum works and can lose 1 more controller.')
    expect(found.text).toContain('No fetch from 5 for 90 s')
  })

  test('the majority is lost', () => {
    const found = ofQuorum([leader, silent(1), silent(2)], { healthyVoters: 1, margin: -1 })
    expect(found).toMatchObject({
      code: 'majority-lost',
      tone: 'danger',
      headline: 'The majority is lost: 1 of 3 voters healthy, 2 needed.',
      short: 'Majority lost',
    })
    expect(found.text).toContain('No metadata changes until 1 or 2 is back.')
  })

  test('one voter, two voters', () => {
    expect(ofQuorum([leader], { voters: 1, majority: 1, healthyVoters: 1, margin: 0 }).headline).toBe(
      'A single controller: the quorum works, but cannot lose it.',
    )
    expect(ofQuorum([leader, aReplica(1)], { voters: 2, majority: 2, healthyVoters: 2, margin: 0 }).headline).toBe(
      'Two controllers: the quorum works, but cannot lose either.',
    )
  })

  test('settling after an election claims nothing about the margin', () => {
    const found = ofQuorum([leader, aReplica(1), aReplica(2, { health: 'unknown', lastFetchAgeMs: null })], {
      settling: true,
      healthyVoters: 2,
      margin: 0,
    })
    expect(found).toMatchObject({
      code: 'settling',
      tone: 'neutral',
      headline: 'Settling: waiting for controller 2 to fetch from leader 0.',
    })
  })

  test('a voter change that is not committed is told beside the verdict', () => {
    const key = { nodeId: 3, directoryId: directoryOf(3) }
    const change = { offset: 9, epoch: 9, appendedAtMs: 0, added: [key], removed: [], voters: [key] }
    const found = judge({ view: aView({}, { pendingVoterChange: change }) })
    expect(found.text).toContain('A voter change is appended but not committed yet: adding 3.')
  })

  test('missing rights are no sickness of the quorum, but are said', () => {
    const view = aView({
      findings: [
        { code: 'acl-missing', severity: 'warning', title: 'No right to tail the log', detail: '', replicas: [] },
      ],
    })
    expect(judge({ view })).toMatchObject({
      code: 'missing-rights',
      tone: 'caution',
      headline: 'Healthy, as far as the granted rights show: you can lose 1 more controller.',
    })
  })
})

describe('no leader', () => {
  const nobody = aView({}, { leaderId: null, margin: null, healthyVoters: 0, settling: true })

  test('is an election at first, and a failure when it lasts', () => {
    expect(judge({ view: nobody, link: link({ state: 'no-leader' }) })).toMatchObject({
      code: 'electing',
      tone: 'caution',
    })
    expect(judge({ view: nobody, link: link({ state: 'no-leader' }), longWithoutLeader: true })).toMatchObject({
      code: 'no-leader',
      tone: 'danger',
      headline: 'No leader: the quorum does not work.',
    })
    expect(judge({ view: null, link: link({ state: 'no-leader' }), longWithoutLeader: true }).code).toBe('no-leader')
  })

  test('no waiting is proposed where the cause is one that no election ends', () => {
    const problem = { title: 'No leader: only 1 of 3 controllers answers', detail: '', remedy: '', attempts: [] }
    const of = (code: string) =>
      judge({ view: nobody, link: link({ state: 'no-leader', problem: { ...problem, code } }) })
    expect(['majority-down', 'voters-line-missing', 'scram-only'].map((code) => of(code).code)).toEqual(
      Array(3).fill('no-leader'),
    )
    expect(of('electing').code).toBe('electing')
  })

  test('with the majority known to be gone it says so instead', () => {
    const view = aView(
      { replicas: [aReplica(0), silent(1), silent(2)] },
      { leaderId: null, healthyVoters: 1, margin: -1 },
    )
    expect(judge({ view, link: link({ state: 'no-leader' }) }).code).toBe('majority-lost')
  })
})

describe('the way to the cluster', () => {
  const problem = { code: 'x', title: 'Kafka refuses the password', detail: 'SCRAM failed.', remedy: 'Check it.' }

  test.each([
    ['connecting', 'neutral', 'Connecting to the cluster.'],
    ['unreachable', 'danger', 'Nobody answers: the cluster cannot be reached.'],
    ['refused', 'danger', 'The cluster refuses Quorumdeck.'],
    ['unsupported', 'caution', 'This cluster cannot be shown.'],
  ] as const)('%s', (state, tone, headline) => {
    expect(judge({ view: null, link: link({ state }) })).toMatchObject({ code: state, tone, headline })
  })

  test('the server’s own words come first', () => {
    const found = judge({ view: null, link: link({ state: 'refused', problem }) })
    expect(found.headline).toBe('Kafka refuses the password.')
    expect(found.text).toBe('SCRAM failed. Check it.')
  })

  test('what was seen before is dated', () => {
    expect(judge({ link: link({ state: 'unreachable', problem }) }).text).toBe(
      'SCRAM failed. Check it. What you see was true 0.0 s ago.',
    )
  })
})

describe('whether the picture may be believed', () => {
  test('nothing heard yet', () => {
    expect(judge({ view: null, link: null, freshness: 'waiting' }).code).toBe('starting')
  })

  test('the server is lost: whatever it last said about the cluster does not matter', () => {
    expect(judge({ freshness: 'server-lost' })).toMatchObject({
      code: 'server-lost',
      tone: 'stale',
      headline: 'This page has lost the Quorumdeck server.',
    })
    expect(judge({ freshness: 'server-lost', view: null, link: null }).headline).toBe(
      'The Quorumdeck server does not answer.',
    )
  })

  test('the server is heard and the cluster is not', () => {
    expect(judge({ freshness: 'cluster-silent' })).toMatchObject({
      tone: 'stale',
      headline: 'Quorumdeck gets no answers from the cluster.',
    })
  })

  test('a silence the server already explains is told in its words', () => {
    expect(judge({ freshness: 'cluster-silent', link: link({ state: 'unreachable' }) }).code).toBe('unreachable')
    expect(judge({ freshness: 'cluster-silent', link: link({ state: 'no-leader' }) }).code).toBe('electing')
  })

  test('a page that has just become visible is not green before it has been heard again', () => {
    expect(judge({ freshness: 'rechecking' }).tone).toBe('stale')
  })
})

describe('what stands before everything else', () => {
  const finding = (code: FindingCode, severity: 'critical' | 'warning', title: string) => ({
    code,
    severity,
    title,
    detail: 'What to do.',
    replicas: [],
  })
  const live = (findings: Finding[], facts = {}) =>
    verdict({ view: aView({ findings }, facts), link: link(), freshness: 'live', longWithoutLeader: false })

  test.each([
    ['rival-quorum', 'Two quorums of one cluster'],
    ['metadata-missing', '12,000 → 40'],
    ['two-leaders', '12,000 → 40'],
  ] as const)('%s: never a green page', (code, short) => {
    const said = live([finding(code, 'critical', '12,000 → 40')])
    expect(said).toMatchObject({ code: 'contested', tone: 'danger', headline: '12,000 → 40.', short })
    expect(said.detail).toEqual(['What to do.'])
  })

  test('they stand before a lost leader, too', () => {
    const said = live([finding('metadata-missing', 'critical', 'gone')], { leaderId: null, margin: null })
    expect(said.code).toBe('contested')
  })

  test('any other critical finding is red, a warning is amber', () => {
    expect(live([finding('identity-twice', 'critical', 'Node 2 answers at 2 places')])).toMatchObject({
      code: 'critical',
      tone: 'danger',
    })
    expect(live([finding('not-verifiable', 'warning', 'Controller 1 cannot be verified')])).toMatchObject({
      code: 'warned',
      tone: 'caution',
      headline: 'Controller 1 cannot be verified. The quorum works and can lose 1 more controller.',
    })
  })

  test('nobody leads for long: the cause, as the server found it', () => {
    const view = aView(
      { findings: [finding('no-leader', 'critical', 'No leader: only 1 of 3 controllers answers')] },
      { leaderId: null, margin: null },
    )
    const lost = link({ state: 'no-leader' })
    const said = verdict({ view, link: lost, freshness: 'live', longWithoutLeader: true })
    expect(said.headline).toBe('No leader: only 1 of 3 controllers answers.')
    expect(said.detail).toEqual(['What to do.'])
  })
})
