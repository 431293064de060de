/**
 * Crashes of the dashboard, lost answers and dead leaders in the middle of runs, on real Apache Kafka: a named subset, on the
 * newest version. The whole on every version: KAFKA_FAULTS=all, as the safety run asks for.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { crashAt, SCENARIOS, type Scenario } from '../faults/crashMatrix.ts'
import { CHANGES, expectDeadLeaderSurvived, expectLostAnswersSurvived } from '../faults/faultyRuns.ts'
import { kafkaUnderTest, type QuorumUnderTest } from '../quorumUnderTest.ts'

const ALL = process.env.KAFKA_FAULTS === 'all'
const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')

const scenario = (name: Scenario['name']): Scenario => {
  const found = SCENARIOS.find((s) => s.name === name)
  if (found === undefined) throw new Error(`no scenario ${name}`)
  return found
}
/** A removed controller is the candidate of the next addition, so the quorum is whole again behind each pair. */
const REMOVE = scenario('remove a follower')
const REMOVE_LEADER = scenario('remove the leader')
const ADD = scenario('add a controller')
const REPLACE = scenario('replace the disk of a follower')

const CRASHES: readonly [Scenario, string][] = ALL
  ? ['intended remove: kept', 'remove: on its way', 'remove: answered, answer not kept'].flatMap((removal) => [
      [REMOVE, removal],
      [ADD, removal.replaceAll('remove', 'add')],
      [REMOVE_LEADER, removal],
      [ADD, removal.replaceAll('remove', 'add')],
      [REPLACE, removal.replace('intended remove:', 'intended remove-old:')],
      [REPLACE, removal.replace('intended remove:', 'intended add-new:').replaceAll('remove', 'add')],
    ])
  : [
      [REMOVE, 'remove: on its way'],
      [ADD, 'intended add: kept'],
      [REPLACE, 'remove: answered, answer not kept'],
    ]

describe.each(VERSIONS)('faults in the middle of runs on Apache Kafka %s', (version) => {
  let quorum: QuorumUnderTest

  beforeAll(async () => {
    // Five: one dead leader beside any change leaves a majority.
    quorum = await kafkaUnderTest({ version, controllers: 5, brokers: 0 })
  })
  afterEach(async ({ task }) => {
    // What a failed test left behind must not fail the next one.
    if (task.result?.state === 'fail') await quorum.port.act({ action: 'reset' })
  })
  afterAll(async () => quorum?.close())

  test.each(CRASHES.map(([scenario, boundary]) => ({ scenario, boundary, name: scenario.name })))(
    'kill -9, $name, $boundary',
    async ({ scenario, boundary }) => {
      expect((await crashAt(scenario, boundary, quorum)).problems).toEqual([])
    },
  )

  describe.each(ALL ? (['silence', 'cut'] as const) : (['silence'] as const))('answers lost by %s', (how) => {
    test.each(CHANGES)('%s: each change is sent once and found applied', async (...change) => {
      await expectLostAnswersSurvived(quorum, how, change)
    })
  })

  test.each(ALL ? CHANGES : CHANGES.slice(2))('the leader dies right after the request of %s', async (kind) => {
    await expectDeadLeaderSurvived(quorum, kind)
  })
})
