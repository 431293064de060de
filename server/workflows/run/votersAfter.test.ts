/** What can be lost: the table of margins that every order of steps comes from. */
import { describe, expect, test } from 'vitest'
import type { Health } from '../../contract/quorumView.ts'
import { CANDIDATE, exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { DIRECTORY } from '../../testing/examples/exampleObservation.ts'
import { describeRun } from '../engine/decisions/describe.ts'
import { standingOf } from '../engine/decisions/progress.ts'
import type { VoterChange } from './ports.ts'
import {
  marginOfVoters,
  marginStage,
  type PlannedVoter,
  plannedVotersOf,
  votersAfter,
  votersWithout,
} from './votersAfter.ts'

const plannedVoter = (nodeId: number, health: Health = 'ok', leads = nodeId === 0): PlannedVoter => ({
  nodeId,
  directoryId: `directory-${nodeId}`,
  health,
  leads,
})
/** So many voters, the last ones dead. */
const plannedVoters = (voters: number, dead: number) =>
  Array.from({ length: voters }, (_, i) => plannedVoter(i, i >= voters - dead ? 'silent' : 'ok'))
const ADD: VoterChange = { kind: 'add', nodeId: 9, directoryId: 'directory-9', endpoints: [] }
const remove = (nodeId: number) => ({ kind: 'remove', nodeId, directoryId: `directory-${nodeId}` }) as const

describe('margins of a replacement by another node', () => {
  test.each([
    // voters, dead, now, after remove, then add ok / bad, add first ok / bad
    [3, 0, 1, 0, 1, 0, 1, 0],
    [3, 1, 0, 0, 1, 0, 0, -1],
    [5, 0, 2, 1, 2, 1, 2, 1],
    [5, 1, 1, 1, 2, 1, 1, 0],
    [5, 2, 0, 0, 1, 0, 0, -1],
    [4, 1, 0, 1, 1, 0, 1, 0],
    [1, 0, 0, null, 0, -1, 0, -1],
  ])('%i voters, %i dead', (voters, dead, now, removed, thenOk, thenBad, firstOk, firstBad) => {
    const before = plannedVoters(voters, dead)
    const without = votersAfter(before, remove(voters - 1))
    expect(marginOfVoters(before)).toBe(now)
    expect(marginOfVoters(without)).toBe(removed)
    expect(marginOfVoters(votersAfter(before, ADD))).toBe(firstOk)
    expect(marginOfVoters(votersAfter(before, ADD, 'silent'))).toBe(firstBad)
    if (voters === 1) return
    expect(marginOfVoters(votersAfter(without, ADD))).toBe(thenOk)
    expect(marginOfVoters(votersAfter(without, ADD, 'silent'))).toBe(thenBad)
  })

  test('one that lags does not count as healthy, and one that is unknown leaves the margin unknown', () => {
    expect(marginOfVoters([plannedVoter(0), plannedVoter(1), plannedVoter(2, 'lagging')])).toBe(0)
    expect(marginOfVoters([plannedVoter(0), plannedVoter(1), plannedVoter(2, 'unknown')])).toBeNull()
    expect(marginOfVoters([])).toBeNull()
  })
})

describe('plannedVoters', () => {
  test('are the voters of the view, not its observers', () => {
    const found = plannedVotersOf(exampleView())
    expect(found.map((s) => [s.nodeId, s.directoryId, s.health, s.leads])).toEqual([
      [0, DIRECTORY[0], 'ok', true],
      [1, DIRECTORY[1], 'ok', false],
      [2, DIRECTORY[2], 'ok', false],
    ])
    expect(found.some((s) => s.nodeId === CANDIDATE.nodeId)).toBe(false)
  })

  test('a removal takes the incarnation it names, and no other of the id', () => {
    const other = { kind: 'remove', nodeId: 1, directoryId: 'another' } as const
    expect(votersAfter(plannedVoters(3, 0), other)).toEqual(plannedVoters(3, 0))
    expect(votersAfter(plannedVoters(3, 0), remove(1)).map((s) => s.nodeId)).toEqual([0, 2])
  })

  test('an addition of one that is there already counts once', () => {
    expect(votersAfter(plannedVoters(3, 0), { ...ADD, nodeId: 1, directoryId: 'directory-1' })).toHaveLength(3)
  })

  test('one that stops counts as a voter still', () => {
    const after = votersWithout(plannedVoters(3, 0), { nodeId: 0, directoryId: 'directory-0' })
    expect(after.map((s) => [s.health, s.leads])).toEqual([
      ['silent', false],
      ['ok', false],
      ['ok', false],
    ])
    expect(marginOfVoters(after)).toBe(0)
  })
})

describe('the worst that the loss of a rack makes of a stage', () => {
  const racks = (list: string) => new Map([...list].flatMap((rack, id) => (rack === '-' ? [] : [[id, rack]])))
  test.each<
    [what: string, plannedVoters: PlannedVoter[], racks: string, worst: { label: string; margin: number } | null]
  >([
    ['no rack is known', plannedVoters(3, 0), '---', null],
    ['the majority in one', plannedVoters(3, 0), 'aab', { label: 'if rack a fails', margin: -1 }],
    ['one each', plannedVoters(3, 0), 'abc', { label: 'if rack a fails', margin: 0 }],
    ['one is not known', plannedVoters(3, 0), 'aa-', { label: 'if rack a fails, rack of 2 not known', margin: -1 }],
    ['a health is not known', [plannedVoter(0), plannedVoter(1, 'unknown')], 'ab', null],
  ])('%s', (_what, given, list, worst) => {
    const stage = marginStage('Now', null, given, racks(list))
    expect(stage.worstRack).toEqual(worst)
    expect(stage.voters.map((v) => v.rack ?? '-').join('')).toBe(list.slice(0, given.length))
    // Nothing else depends on them.
    const { voters, worstRack, ...rest } = marginStage('Now', null, given)
    expect(stage).toMatchObject(rest)
    expect([voters.every((v) => v.rack === null), worstRack]).toEqual([true, null])
  })

  test('a plan tells it after each step, with the rack of the candidate', () => {
    const view = exampleView({ racks: racks('abca') })
    const facts = exampleFacts(view)
    const run = exampleRun({ kind: 'add-controller', params: { nodeId: 3 } }, facts)
    expect(describeRun(standingOf(run, facts)).margins.map((m) => [m.worst?.margin, m.worstRack])).toEqual([
      [0, { label: 'if rack a fails', margin: 0 }],
      [0, { label: 'if rack a fails', margin: -1 }],
    ])
  })
})

describe('the worst that one more fault makes of a stage', () => {
  test.each<[what: string, plannedVoters: PlannedVoter[], worst: { label: string; margin: number } | null]>([
    ['the leader is named', [plannedVoter(1), plannedVoter(0), plannedVoter(2)], { label: 'if 0 fails', margin: 0 }],
    [
      'a leader that is not healthy is not',
      [plannedVoter(0, 'lagging'), plannedVoter(1), plannedVoter(2)],
      { label: 'if 1 fails', margin: -1 },
    ],
    ['nobody is left to fail', plannedVoters(2, 2), null],
    ['unknown', [plannedVoter(0), plannedVoter(1, 'unknown')], null],
  ])('%s', (_what, given, worst) => {
    const stage = marginStage('Now', null, given)
    expect(stage.worst).toEqual(worst)
    expect(stage.majority).toBe(Math.floor(given.length / 2) + 1)
  })
})
