import { describe, expect, it } from 'vitest'
import type { DiskReport } from '../contract/diskReport.ts'
import { copy, directoryOf, snapshot, voter } from './exampleReports.ts'
import { planRecovery, type RecoveryWish, type SeenBefore } from './quorumRecovery.ts'

const seen: SeenBefore = { lastLed: null, nodeIds: [], brokerIds: [], clusterId: 'cluster', endpoints: new Map() }
const log = { epochs: [[3, 0]], endOffset: 100 } as const
const zero = copy({ nodeId: 0, ...log })
const broker = copy({ nodeId: 21, ...log, endOffset: 110 })

function codes(wish: Partial<RecoveryWish>, before: Partial<SeenBefore> = {}): string[] {
  const { refusals } = planRecovery({ reports: [zero], lost: [1, 2], ...wish }, { ...seen, ...before })
  return refusals.map(({ code }) => code)
}

const of = (changes: Partial<DiskReport>, nodeId = 0) => copy({ nodeId, ...log, changes })
const whole = (report: DiskReport) => {
  if (report.log === null) throw new Error('a log is expected')
  return report.log
}

describe('a plan', () => {
  it('goes on with the best voter, alone, in an epoch of its own', () => {
    const { recovery, refusals } = planRecovery({ reports: [zero], lost: [1, 2] }, seen)
    expect(refusals).toEqual([])
    expect(recovery).toMatchObject({ way: 'record', seed: { nodeId: 0 }, epoch: 1003, after: [voter(0)] })
  })

  it('puts the copy of a broker that reaches further on the new disk of a lost controller', () => {
    const { recovery, refusals } = planRecovery({ reports: [zero, broker], lost: [1, 2] }, seen)
    expect(refusals).toEqual([])
    expect(recovery).toMatchObject({ way: 'graft', seed: { nodeId: 1, directoryId: null }, source: { nodeId: 21 } })
    expect(recovery?.others.map(({ nodeId }) => nodeId)).toEqual([0])
  })

  it('lets nobody run who would look past the seed', () => {
    const past = copy({ nodeId: 0, ...log, sets: [[5, [0, 2]]] })
    const furthest = copy({ nodeId: 1, ...log, endOffset: 110, sets: [[105, [0, 1, 2, 3, 4]]] })
    const { recovery } = planRecovery({ reports: [past, furthest], lost: [2, 3, 4] }, seen)
    expect(recovery?.copies.map(({ nodeId, goesItsOwnWay }) => [nodeId, goesItsOwnWay])).toEqual([
      [1, false],
      [0, true],
    ])
  })

  it('is made where a newer set, which only a broker holds, would let those that are left elect, and they do not know it', () => {
    const four = [[5, [0, 1, 2, 3]]] as const
    const left = [0, 1].map((nodeId) => copy({ nodeId, ...log, sets: four }))
    const ahead = copy({ nodeId: 21, ...log, endOffset: 110, sets: [...four, [105, [0, 1, 2]]] })
    expect(codes({ reports: [...left, ahead], lost: [2] })).toEqual([])
  })
})

describe('what is refused', () => {
  const cases: [code: string, wish: Partial<RecoveryWish>, before?: Partial<SeenBefore>][] = [
    ['no-copy', { reports: [copy({ nodeId: 0, epochs: [], endOffset: 0 })] }],
    ['other-cluster', { reports: [zero] }, { clusterId: 'another' }],
    ['no-cluster-id', { reports: [zero, of({ meta: null }, 9)] }],
    ['directory-twice', { reports: [zero, zero] }],
    ['voters-unknown', { reports: [of({ voterSets: [] })], lost: [] }],
    ['lost-is-no-voter', { lost: [1, 2, 8] }],
    ['lost-is-readable', { reports: [zero, copy({ nodeId: 1, ...log, endOffset: 50 })] }],
    ['majority-left', { reports: [zero, copy({ nodeId: 1, ...log, endOffset: 50 })], lost: [2] }],
    ['voter-without-report', { lost: [1] }],
    [
      'damaged',
      { reports: [of({ log: { ...whole(zero), damage: { kind: 'damaged', file: 'a', byte: 1, problem: 'crc' } } })] },
    ],
    [
      'snapshot-incomplete',
      { reports: [of({ log: { ...whole(zero), startOffset: 40 }, snapshots: [snapshot(40, 3, false)] })] },
    ],
    ['newer-kraft-version', { reports: [of({ kraftVersion: 2 })] }],
    ['seed-is-no-controller', { reports: [zero, broker], seedNodeId: 9 }],
    [
      'seed-holds-the-copy',
      {
        reports: [of({ meta: { clusterId: 'cluster', nodeId: 1, directoryId: directoryOf(77) } }, 1)],
        lost: [0, 1, 2],
        seedNodeId: 1,
      },
    ],
    ['no-epoch-left', { reports: [copy({ nodeId: 0, epochs: [[2_147_483_000, 0]], endOffset: 100 })] }],
    ['voter-without-address', { lost: [], moved: new Map([[0, voter(0).endpoints]]) }],
    ['moved-is-no-voter', { lost: [], moved: new Map([0, 1, 2, 8].map((id) => [id, voter(id).endpoints])) }],
    ['too-few-reports', { lost: [], moved: new Map([0, 1, 2].map((id) => [id, voter(id).endpoints])) }],
  ]
  it.each(cases)('%s', (code, wish, before) => {
    expect(codes(wish, before)).toContain(code)
  })
})
