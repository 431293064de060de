import { expect, test } from 'vitest'
import { aReplica, aView } from '../testing/exampleView.ts'
import { consequence, rackConsequence } from './consequence.ts'

const leader = aReplica(0, { status: 'leader' })
const silent = (nodeId: number) => aReplica(nodeId, { health: 'silent', lastFetchAgeMs: 63_300 })

test('with room to spare it says what is left afterwards', () => {
  expect(consequence(aView())).toBe('If any one stops now: the quorum keeps working, and cannot lose another.')
  const seven = aView({}, { voters: 7, majority: 4, healthyVoters: 7, margin: 3 })
  expect(consequence(seven)).toBe('If any one stops now: the quorum keeps working, and can lose 2 more.')
})

test('without room it names who must not stop and who could help', () => {
  const view = aView({ replicas: [leader, aReplica(1), silent(2)] }, { healthyVoters: 2, margin: 0 })
  expect(consequence(view)).toBe('If 1 stops now: no leader, no metadata changes until 1 or 2 is back.')
  const five = aView(
    { replicas: [leader, aReplica(1), aReplica(2), silent(3), silent(4)] },
    { voters: 5, majority: 3, healthyVoters: 3, margin: 0 },
  )
  expect(consequence(five)).toBe(
    'If any of 0, 1 or 2 stops now: no leader, no metadata changes until it or 3 or 4 is back.',
  )
})

test('one or two voters have nobody to spare', () => {
  const single = aView({ replicas: [leader] }, { voters: 1, majority: 1, healthyVoters: 1, margin: 0 })
  expect(consequence(single)).toBe('If 0 stops: no leader, no metadata changes until it is back.')
  const two = aView({ replicas: [leader, aReplica(1)] }, { voters: 2, majority: 2, healthyVoters: 2, margin: 0 })
  expect(consequence(two)).toBe('If 1 stops now: no leader, no metadata changes until 1 is back.')
})

test('with the majority lost it says who has to come back', () => {
  const view = aView({ replicas: [leader, silent(1), silent(2)] }, { healthyVoters: 1, margin: -1 })
  expect(consequence(view)).toBe('No metadata changes until 1 or 2 is back.')
  const seven = aView(
    { replicas: [leader, aReplica(1), ...[2, 3, 4, 5, 6].map(silent)] },
    { voters: 7, majority: 4, healthyVoters: 2, margin: -2 },
  )
  expect(consequence(seven)).toBe('No metadata changes until 2 of the controllers 2, 3, 4, 5 and 6 are back.')
  const one = aView({ replicas: [leader, silent(1)] }, { voters: 2, majority: 2, healthyVoters: 1, margin: -1 })
  expect(consequence(one)).toBe('No metadata changes until 1 is back.')
})

test('without a leader it does not guess', () => {
  expect(consequence(aView({}, { leaderId: null, margin: null }))).toBe(
    'What can be lost is known again once a controller leads.',
  )
})

test('what the loss of the worst rack makes of it', () => {
  const lost = { rack: 'a', voters: [0, 1], margin: -1, marginAtBest: -1, unplaced: [] }
  expect(rackConsequence(aView({}, { worstRack: lost }))).toBe(
    'If rack a fails (0 and 1): the quorum is lost until one of them is back.',
  )
  expect(rackConsequence(aView({}, { worstRack: { ...lost, margin: 0, voters: [0], unplaced: [2] } }))).toBe(
    'If rack a fails (0): the quorum keeps working, and cannot lose another. The rack of 2 is not known.',
  )
  expect(rackConsequence(aView({}, { worstRack: { ...lost, margin: 2 } }))).toContain('can lose 2 more.')
  expect(rackConsequence(aView())).toBe('')
  expect(rackConsequence(aView({}, { worstRack: { ...lost, margin: null } }))).toBe('')
  expect(rackConsequence(aView({}, { worstRack: lost, margin: -1 }))).toBe('')
})
