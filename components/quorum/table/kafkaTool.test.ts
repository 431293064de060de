import { expect, test } from 'vitest'
import { endpointText, replicationText, statusText } from '../../../server/contract/words/kafkaTool.ts'
import { aReplica, aView, directoryOf } from '../../testing/exampleView.ts'

const leader = aReplica(0, { status: 'leader' })
const silent = aReplica(2, {
  logEndOffset: 407,
  lag: 128,
  timeLagMs: 63_802,
  lastFetchAgeMs: 63_307,
  lastCaughtUpAgeMs: 63_802,
  health: 'silent',
})
const twin = aReplica(2, {
  directoryId: directoryOf(3),
  status: 'observer',
  lastFetchAgeMs: 281,
  lastCaughtUpAgeMs: 281,
})
const view = aView({ replicas: [leader, aReplica(1), silent, twin, aReplica(7)] })

/** Written with blanks as the tool writes them; `→` stands for its tabs. */
const lines = (text: string) => text.replaceAll('\t', '→').split('\n')

test('--replication --human-readable, as in a ticket about a failed disk', () => {
  expect(lines(replicationText(view, true, 0))).toEqual([
    'NodeId→DirectoryId           →LogEndOffset→Lag→LastFetchTimestamp→LastCaughtUpTimestamp→Status  →',
    '0     →pbvuBlaTTwKRxS5NLJwRFQ→535         →0  →0 ms ago          →0 ms ago             →Leader  →',
    '1     →QjRpFtVDTtCa8OLXiSbmmA→535         →0  →283 ms ago        →283 ms ago           →Follower→',
    '2     →slcsM5ZAR0SMIF_u__MAeg→407         →128→63307 ms ago      →63802 ms ago         →Follower→',
    '2     →wrqMDI1WDsqaooVSOtlgYw→535         →0  →281 ms ago        →281 ms ago           →Observer→',
    '7     →v5nnIwK8r0XqjyqlIPW-aw→535         →0  →283 ms ago        →283 ms ago           →Observer→'.replace(
      'v5nnIwK8r0XqjyqlIPW-aw',
      directoryOf(7),
    ),
  ])
  expect(replicationText(view, true, 1_000)).toContain('64307 ms ago')
})

test('--replication gives times on the leader’s clock', () => {
  const row = replicationText(view, false, 500).split('\n')[3]
  expect(row).toContain(`${1_731_412_373_639 - 63_307} `)
  expect(row).toContain(`${1_731_412_373_639 - 63_802} `)
})

test('unknown is -1 there, and its lag counts from it, as Kafka does', () => {
  const never = aReplica(1, { logEndOffset: null, lag: null, lastFetchAgeMs: null, lastCaughtUpAgeMs: null })
  const row = replicationText(aView({ replicas: [leader, never] }), true, 0).split('\n')[2]
  expect(row?.split('\t').map((cell) => cell.trim())).toEqual([
    '1',
    directoryOf(1),
    '-1',
    '536',
    '-1',
    '-1',
    'Follower',
    '',
  ])
})

test('a static quorum has the zero directory id', () => {
  expect(
    replicationText(aView({ replicas: [aReplica(0, { status: 'leader', directoryId: null })] }), true, 0),
  ).toContain('AAAAAAAAAAAAAAAAAAAAAA')
})

test('--status', () => {
  expect(statusText(view).split('\n')).toEqual([
    'ClusterId:              ucil9Sd9R7Ss8st7gV-Krg',
    'LeaderId:               0',
    'LeaderEpoch:            9',
    'HighWatermark:          535',
    'MaxFollowerLag:         128',
    'MaxFollowerLagTimeMs:   63802',
    'CurrentVoters:          [{"id": 0, "directoryId": "pbvuBlaTTwKRxS5NLJwRFQ", "endpoints": ["CONTROLLER://localhost:8000"]}, {"id": 1, "directoryId": "QjRpFtVDTtCa8OLXiSbmmA", "endpoints": ["CONTROLLER://localhost:8001"]}, {"id": 2, "directoryId": "slcsM5ZAR0SMIF_u__MAeg", "endpoints": ["CONTROLLER://localhost:8002"]}]',
    `CurrentObservers:       [{"id": 2, "directoryId": "wrqMDI1WDsqaooVSOtlgYw", "endpoints": ["CONTROLLER://localhost:8002"]}, {"id": 7, "directoryId": "${directoryOf(7)}"}]`,
  ])
})

test('--status of a quorum that nobody leads, and of one without directory ids', () => {
  const nobody = aView(
    { clusterId: null, replicas: [aReplica(0, { directoryId: null, endpoints: [], timeLagMs: null })] },
    { leaderId: null, leaderEpoch: null, highWatermark: null },
  )
  expect(statusText(nobody).split('\n').slice(1)).toEqual([
    'LeaderId:               -1',
    'LeaderEpoch:            -1',
    'HighWatermark:          -1',
    'MaxFollowerLag:         -1',
    'MaxFollowerLagTimeMs:   -1',
    'CurrentVoters:          [{"id": 0}]',
    'CurrentObservers:       []',
  ])
})

test('IPv6 hosts stand in brackets', () => {
  expect(endpointText({ listener: 'CONTROLLER', host: '::1', port: 9093 })).toBe('CONTROLLER://[::1]:9093')
})
