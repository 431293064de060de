/** A named subset of the crash matrix; the whole of it is in the safety run. */
import { describe, expect, test } from 'vitest'
import { crashAt, SCENARIOS, type Scenario } from '../faults/crashMatrix.ts'
import { simulatedUnderTest } from '../quorumUnderTest.ts'

const [replace, , add, , removeLeader] = SCENARIOS
if (replace === undefined || add === undefined || removeLeader === undefined) throw new Error('a scenario is missing')

describe('kill -9, then a new process goes on', () => {
  const points: [Scenario, string][] = [
    [replace, 'intended remove-old: kept'],
    [replace, 'remove: on its way'],
    [replace, 'remove: answered, answer not kept'],
    [replace, 'intended add-new: not kept yet'],
    [add, 'add: on its way'],
    [removeLeader, 'remove: on its way'],
  ]
  test.concurrent.each(points.map(([scenario, boundary]) => ({ scenario, boundary, name: scenario.name })))(
    '$name, $boundary',
    async ({ scenario, boundary }) => {
      const quorum = await simulatedUnderTest({ brokers: 0, profile: scenario.release })
      try {
        expect((await crashAt(scenario, boundary, quorum)).problems).toEqual([])
      } finally {
        await quorum.close()
      }
    },
  )
})
