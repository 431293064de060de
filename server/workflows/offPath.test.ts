import { expect, test } from 'vitest'
import { DIRECTORY, LEADER, NOW, replica } from '../quorum/exampleObservation.ts'
import { CLUSTER_ID, exampleFacts, exampleView } from './exampleFacts.ts'
import { exampleLog, partition } from './gates/exampleLog.ts'
import { offPathText } from './offPath.ts'

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
  const text = offPathText('lost-majority', exampleFacts(voters(1, 2)))
  expect(text).toContain('1 more of 1 and 2 must come back **with the disk they had**')
  expect(text).toContain(DIRECTORY[1])
  expect(text).not.toMatch(/kafka-storage\.sh format/)
  expect(offPathText('lost-majority', exampleFacts(voters(1)))).toContain('a majority of the voters is healthy')
  expect(offPathText('lost-majority', exampleFacts(exampleView(), { view: null }))).toContain('never seen from here')
})

test('a static disk: only beside healthy voters', () => {
  expect(offPathText('static-disk', exampleFacts(voters(1)))).toContain('That is so at this moment.')
  expect(offPathText('static-disk', exampleFacts(voters(1, 2)))).toContain('Now it is not: 1 and 2 are not healthy')
  expect(offPathText('static-disk', exampleFacts(voters(1)))).toContain(`--cluster-id ${CLUSTER_ID} `)
  expect(offPathText('static-disk', exampleFacts(voters(1)))).toContain('This quorum is dynamic now')
})

test('a combined node: its partitions, and which would have no other replica', () => {
  const log = exampleLog([partition({ replicas: [0, 7], isr: [0, 7] }), partition({ replicas: [0], isr: [0] })], {
    brokers: new Map([[0, { endpoints: [], incarnationId: 'x', fenced: false, rack: null }]]),
  })
  const view = exampleView({ log: { brokers: log.brokers } })
  const text = offPathText('combined-disk', exampleFacts(view, { log }))
  expect(text).toContain('| 0 | 2 | 2 | 1 |')
  expect(text).toContain('--ignore-formatted')
  expect(offPathText('combined-disk', exampleFacts())).toContain('no combined node is seen')
})
