import { describe, expect, test } from 'vitest'
import { exampleFacts, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import { brokersGone, type Goal, goalReached, replacedBy, rolesAre, votersAre, votersCount } from './goalGates.ts'

const facts = exampleFacts(exampleView(), { log: exampleLog() })
const leaderless = exampleView()
const nobodyLeads = { ...facts, view: { ...leaderless, quorum: { ...leaderless.quorum, leaderId: null } } }

describe('a goal', () => {
  test.each<[what: string, reached: Goal[], missed: Goal[], unknown: Goal[]]>([
    ['the number of voters', [votersCount(facts, 3)], [votersCount(facts, 2)], [votersCount(nobodyLeads, 3)]],
    ['the voters', [votersAre(facts, [2, 1, 0])], [votersAre(facts, [0, 1])], [votersAre(nobodyLeads, [0, 1, 2])]],
    ['a successor', [replacedBy(facts, 9, [1])], [replacedBy(facts, 9, [3])], [replacedBy(nobodyLeads, 9, [1])]],
    ['a predecessor', [replacedBy(facts, 9, [1])], [replacedBy(facts, 2, [1])], [replacedBy(nobodyLeads, 9, [1])]],
    [
      'roles',
      [rolesAre(facts, [0, 1], ['controller'])],
      [rolesAre(facts, [0, 7], ['controller'])],
      [rolesAre({ ...facts, view: null }, [0], ['controller'])],
    ],
    [
      'more roles',
      [rolesAre(facts, [7], ['broker'])],
      [rolesAre(facts, [7], ['controller', 'broker'])],
      [rolesAre({ ...facts, view: null }, [7], ['broker'])],
    ],
    ['brokers', brokersGone(facts, [9]), brokersGone(facts, [7, 9]), brokersGone({ ...facts, log: null }, [9])],
  ])('%s: reached, missed, not known', (_what, reached, missed, unknown) => {
    expect(goalReached(reached)).toMatchObject({ ok: true, observed: 'as planned' })
    expect(goalReached(missed)).toMatchObject({ ok: false, waiting: false })
    expect(goalReached(unknown)).toMatchObject({ ok: false, waiting: true, observed: 'unknown' })
  })

  test('of several all are reached; of none none is', () => {
    expect(goalReached([votersCount(facts, 3), votersAre(facts, [0])]).ok).toBe(false)
    expect(goalReached([...brokersGone(facts, [])]).ok).toBe(false)
  })
})
