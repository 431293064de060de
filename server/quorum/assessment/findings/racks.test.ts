import { describe, expect, test } from 'vitest'
import type { Health } from '../../../contract/quorumView.ts'
import { DIRECTORY, LEADER, type Over, observation, replica } from '../../../testing/examples/exampleObservation.ts'
import { assess, NOTHING_REMEMBERED } from '../assess.ts'
import { type Housed, rackLosses, rackOf } from './racks.ts'

/** One voter for each letter; `-` is a rack that nobody reports. */
const voters = (racks: string, health: Partial<Record<number, Health>> = {}): Housed[] =>
  [...racks].map((rack, nodeId) => ({ nodeId, rack: rack === '-' ? null : rack, health: health[nodeId] ?? 'ok' }))

describe('where a node stands', () => {
  const broker = (rack: string | null) => ({ endpoints: [], incarnationId: 'x', fenced: false, rack })
  const at = (over: Over) => rackOf(7, observation(over))

  test('is what the operator says, else what the broker registered', () => {
    const log = { brokers: new Map([[7, broker('registered')]]) }
    expect(at({ log })).toBe('registered')
    expect(at({ log, racks: new Map([[7, 'said']]) })).toBe('said')
    expect(at({ log: null })).toBeNull()
    const brokers = new Map([[7, { endpoints: [], fenced: false, rack: 'told' }]])
    expect(at({ log: null, facts: { brokers } })).toBe('told')
  })

  test('is not known where broker.rack is empty', () => {
    expect(at({ log: { brokers: new Map([[7, broker('')]]) } })).toBeNull()
    expect(at({ log: { brokers: new Map([[7, broker(null)]]) } })).toBeNull()
  })
})

describe('the loss of a rack', () => {
  test.each<[racks: string, health: Partial<Record<number, Health>>, worst: object | undefined]>([
    ['---', {}, undefined],
    ['abc', {}, { rack: 'a', margin: 0, marginAtBest: 0 }],
    ['aab', {}, { rack: 'a', voters: [0, 1], margin: -1, marginAtBest: -1 }],
    ['aaa', {}, { rack: 'a', margin: -2 }],
    ['aabbc', {}, { rack: 'a', margin: 0, marginAtBest: 0 }],
    ['aabbc', { 4: 'silent' }, { rack: 'a', margin: -1, marginAtBest: 0 }],
    // The dead ones stand in the rack already: another one is the worse loss.
    ['aabbc', { 0: 'silent', 1: 'silent' }, { rack: 'b', margin: -2 }],
    ['aabbc', { 4: 'unknown' }, { rack: 'a', margin: null, marginAtBest: 0 }],
    // Of what is not known nothing bad is told.
    ['ab-', {}, { rack: 'a', margin: 0, unplaced: [2] }],
    ['aa-', {}, { rack: 'a', margin: -1, unplaced: [2] }],
    ['ab', {}, { rack: 'a', margin: -1, marginAtBest: -1 }],
  ])('%s %o', (racks, health, worst) => {
    const [found] = rackLosses(voters(racks, health))
    if (worst === undefined) expect(found).toBeUndefined()
    else expect(found).toMatchObject(worst)
  })
})

describe('in the view', () => {
  const silent2 = replica(2, DIRECTORY[2], {
    lastFetchMs: LEADER.lastFetchMs === null ? null : LEADER.lastFetchMs - 9000,
  })
  const view = (over: Over) => assess(observation(over), NOTHING_REMEMBERED).view
  const found = (over: Over) => view(over).findings.filter((f) => f.code === 'rack-loses-quorum')
  const racks = (list: string) => new Map([...list].map((rack, id) => [id, rack]))

  test('each row has its rack, and the worst loss is told', () => {
    const seen = view({ racks: racks('aab') })
    expect(seen.replicas.map((r) => r.rack)).toEqual(['a', 'a', 'b', null])
    expect(seen.quorum.worstRack).toMatchObject({ rack: 'a', voters: [0, 1], margin: -1 })
    expect(view({}).quorum.worstRack).toBeNull()
  })

  test('a rack with the majority is warned of, and named with its voters', () => {
    expect(found({ racks: racks('aab') })).toMatchObject([
      {
        severity: 'warning',
        title: 'The loss of rack a alone loses the quorum',
        replicas: [{ nodeId: 0 }, { nodeId: 1 }],
      },
    ])
    expect(found({ racks: racks('abc') })).toEqual([])
    expect(found({})).toEqual([])
  })

  test('where there is no other rack it is told, not warned of', () => {
    expect(found({ racks: racks('aaa') })).toMatchObject([{ severity: 'info' }])
  })

  test('what is not known is not warned of, and said beside what is', () => {
    expect(found({ racks: new Map([[0, 'a']]) })).toEqual([])
    const two = new Map([0, 1].map((id) => [id, 'a']))
    expect(found({ racks: two })[0]?.detail).toContain('The rack of 2 is not known: name it with --rack.')
  })

  test('a rack that holds it only because others are down is said to, unless any loss would', () => {
    const five = [LEADER, replica(1, DIRECTORY[1]), silent2, replica(3, DIRECTORY.new2), replica(4, DIRECTORY[7])]
    const over = { sample: { voters: five, observers: [] }, racks: racks('abcab') }
    expect(found(over)).toMatchObject([
      { severity: 'warning', title: 'As the voters are now, the loss of rack a loses the quorum' },
    ])
    // Margin 0: any failure is one too many, and that is said already.
    expect(found({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), silent2] }, racks: racks('abc') })).toEqual([])
    expect(found({ sample: { voters: [LEADER] }, racks: racks('a') })).toEqual([])
  })
})
