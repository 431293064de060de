/** A named subset of the crash matrix; the whole of it is in the safety run. */
import { describe, expect, test } from 'vitest'
import { crashAt, SCENARIOS } from './crashMatrix.ts'

const [replace, , add, , removeLeader] = SCENARIOS
if (replace === undefined || add === undefined || removeLeader === undefined) throw new Error('a scenario is missing')

describe('kill -9, then a new process goes on', () => {
  test.concurrent.each([
    ['before the run is in the journal', replace, 1],
    ['before the removal is intended', replace, 9],
    ['intended, not sent', replace, 10],
    ['right before the request', replace, 11],
    ['the request on its way', replace, 12],
    ['answered, not journaled', replace, 13],
    ['between removal and addition', replace, 18],
    ['in the soak', replace, 28],
    ['the request of an addition on its way', add, 10],
    ['the removal of the leader on its way', removeLeader, 6],
  ] as const)('%s', { timeout: 120_000 }, async (_name, scenario, point) => {
    expect((await crashAt(scenario, point)).problems).toEqual([])
  })
})
