/** A named subset of the crash matrix; the whole of it is in the safety run. */
import { describe, expect, test } from 'vitest'
import { crashAt, SCENARIOS } from './crashMatrix.ts'

const [replace, , add, , removeLeader] = SCENARIOS
if (replace === undefined || add === undefined || removeLeader === undefined) throw new Error('a scenario is missing')

describe('kill -9, then a new process goes on', () => {
  test.concurrent.each([
    ['intended, not sent', replace, 10],
    ['the request on its way', replace, 12],
    ['answered, not journaled', replace, 13],
    ['between removal and addition', replace, 18],
    ['the request of an addition on its way', add, 10],
    ['the removal of the leader on its way', removeLeader, 6],
  ] as const)('%s', { timeout: 180_000 }, async (_name, scenario, point) => {
    expect((await crashAt(scenario, point)).problems).toEqual([])
  })
})
