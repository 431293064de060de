import { describe, expect, test } from 'vitest'
import { exampleFacts, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, replica } from '../../../testing/examples/exampleObservation.ts'
import type { Facts } from '../../run/facts.ts'
import { voterKeys } from '../../run/voterSet.ts'
import { newVoterHealthy, staysAway, steadyFor } from './outcomeGates.ts'

const facts = exampleFacts()
const view = exampleView()
const voter = { nodeId: 1, directoryId: DIRECTORY[1] } as const
const observer = { nodeId: 3, directoryId: 'AVkkNlDPTFuyxXo2ruXfGA' } as const

test('a new voter is healthy', () => {
  expect(newVoterHealthy(facts, voter)).toMatchObject({ ok: true, observed: 'follower, ok' })
  expect(newVoterHealthy(facts, observer)).toMatchObject({ ok: false, observed: 'observer, ok', waiting: false })
  expect(newVoterHealthy(facts, null)).toMatchObject({ ok: false, observed: 'not listed', waiting: false })
  expect(newVoterHealthy({ ...facts, view: null }, voter).ok).toBe(false)
  const as = (health: 'lagging' | 'unknown') => ({
    ...facts,
    view: { ...view, replicas: view.replicas.map((r) => (r.nodeId === 1 ? { ...r, health } : r)) },
  })
  expect(newVoterHealthy(as('lagging'), voter)).toMatchObject({ ok: false, waiting: false })
  expect(newVoterHealthy(as('unknown'), voter)).toMatchObject({ ok: false, waiting: true })
})

test('a removed one stays away', () => {
  const without = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(2, DIRECTORY[2])] } }))
  expect(staysAway(without, voter)).toMatchObject({ ok: true, observed: 'no voter' })
  expect(staysAway(facts, voter)).toMatchObject({ ok: false, observed: 'a voter again' })
  expect(staysAway(without, null).ok).toBe(false)
  expect(staysAway({ ...without, view: null }, voter).ok).toBe(false)
  const leaderless = { ...view, quorum: { ...view.quorum, leaderId: null } }
  expect(staysAway({ ...without, view: leaderless }, observer).ok).toBe(false)
})

describe('steady', () => {
  const { soakMs, windowGapMs } = facts.thresholds
  const since = (heldMs: number, lastAgoMs: number): Facts => {
    const { steady } = facts.track
    if (steady === null) throw new Error('not steady')
    const lastMs = facts.monotonicMs - lastAgoMs
    return { ...facts, track: { ...facts.track, steady: { ...steady, lastMs, sinceMs: lastMs - heldMs } } }
  }
  test.each([
    ['for the whole time', soakMs, 0, true],
    ['a moment too short', soakMs - 1, 0, false],
    ['seen just recently enough', soakMs, windowGapMs, true],
    ['not seen since', soakMs, windowGapMs + 1, false],
    ['neither', 0, windowGapMs + 1, false],
  ])('%s', (_what, heldMs, agoMs, ok) => expect(steadyFor(since(heldMs, agoMs), voterKeys(view)).ok).toBe(ok))

  test('nothing is steady that was never seen', () => {
    expect(steadyFor({ ...facts, track: { ...facts.track, steady: null } }, voterKeys(view)).ok).toBe(false)
    expect(steadyFor(facts, voterKeys(view).slice(1)).ok).toBe(false)
  })
})
