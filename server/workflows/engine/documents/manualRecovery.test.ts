import { expect, test } from 'vitest'
import type { QuorumView } from '../../../contract/quorumView.ts'
import { asked, DOWN } from '../../../testing/examples/exampleAccounts.ts'
import { CLUSTER_ID, exampleFacts, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { manualRecoveryText } from './manualRecovery.ts'

const gone = { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 }
const voters = (...dead: number[]) =>
  exampleView({
    sample: {
      voters: [
        LEADER,
        replica(1, DIRECTORY[1], dead.includes(1) ? gone : {}),
        replica(2, DIRECTORY[2], dead.includes(2) ? gone : {}),
      ],
    },
  })

test('a lost majority: who must come back, and never a format', () => {
  const text = manualRecoveryText('lost-majority', exampleFacts(voters(1, 2)))
  expect(text).toContain('1 more of 1 and 2 must come back **with the disk they had**')
  expect(text).toContain(DIRECTORY[1])
  expect(text).not.toMatch(/kafka-storage\.sh format/)
  expect(manualRecoveryText('lost-majority', exampleFacts(voters(1)))).toContain('a majority of the voters is healthy')
  expect(manualRecoveryText('lost-majority', exampleFacts(exampleView(), { view: null }))).toContain(
    'never seen from here',
  )
})

test('a static disk: only beside healthy voters', () => {
  expect(manualRecoveryText('static-disk', exampleFacts(voters(1)))).toContain('That is so at this moment.')
  expect(manualRecoveryText('static-disk', exampleFacts(voters(1, 2)))).toContain(
    'Now it is not: 1 and 2 are not healthy',
  )
  expect(manualRecoveryText('static-disk', exampleFacts(voters(1)))).toContain(`--cluster-id ${CLUSTER_ID} `)
  expect(manualRecoveryText('static-disk', exampleFacts(voters(1)))).toContain('This quorum is dynamic now')
})

test('a combined node: its partitions, and which would have no other replica', () => {
  const log = exampleLog([partition({ replicas: [0, 7], isr: [0, 7] }), partition({ replicas: [0], isr: [0] })], {
    brokers: new Map([[0, { endpoints: [], incarnationId: 'x', fenced: false, rack: null }]]),
  })
  const view = exampleView({ log: { brokers: log.brokers } })
  const text = manualRecoveryText('combined-disk', exampleFacts(view, { log }))
  expect(text).toContain('| 0 | 2 | 2 | 1 |')
  expect(text).toContain('--ignore-formatted')
  expect(manualRecoveryText('combined-disk', exampleFacts())).toContain('no combined node is seen')
})

/** Nobody leads; these controllers answer for themselves. */
function leaderless(answering: readonly number[], over: Partial<QuorumView['quorum']> = {}) {
  const view = exampleView()
  const controllers = [0, 1, 2]
    .map((id) => asked(id, answering.includes(id) ? { account: { leaderId: null } } : DOWN))
    .map(({ account }) => account)
  return exampleFacts({
    ...view,
    controllers,
    replicas: view.replicas.map((r) => ({
      ...r,
      health: 'unknown' as const,
      status: r.status === 'leader' ? 'follower' : r.status,
    })),
    quorum: { ...view.quorum, leaderId: null, ...over },
  })
}

test('while nobody leads, living voters are not counted as lost', () => {
  const text = manualRecoveryText('lost-majority', leaderless([2]))
  expect(text).toContain('1 more of 0 and 1 must come back **with the disk they had**')
  expect(text).toContain('answers, knows no leader in epoch 9')
  expect(text).toContain('refused: nothing listens there')
  expect(manualRecoveryText('lost-majority', leaderless([1, 2]))).toContain(
    'Enough controllers answer to elect a leader',
  )
})

test('committed and appended voters are two things: both majorities are named', () => {
  const [zero, one, two] = [0, 1, 2].map((id) => ({ nodeId: id, directoryId: DIRECTORY[id as 0 | 1 | 2] }))
  if (zero === undefined || one === undefined || two === undefined) throw new Error('no voters')
  const pendingVoterChange = {
    offset: 536,
    epoch: 9,
    appendedAtMs: NOW,
    added: [],
    removed: [one],
    voters: [zero, two],
  }
  const text = manualRecoveryText(
    'lost-majority',
    leaderless([2], { pendingVoterChange, committedVoters: [zero, one, two] }),
  )
  expect(text).toContain('Committed: 0, 1 and 2 (majority 2). Appended at offset 536: 0 and 2 (majority 2).')
  expect(text).toContain('bring back so many that **both** sets have their majority')
})
