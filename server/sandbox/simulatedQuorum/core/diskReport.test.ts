import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { DiskReport } from '../../../contract/diskReport.ts'
import { diskReportOf } from './diskReport.ts'
import { killNode, wipeNode } from './hosts.ts'
import { appendVoters } from './offlineDisk.ts'
import { endOffset } from './raft/log.ts'
import { takeSnapshot } from './raft/replica.ts'
import { Scenario } from './scenario.ts'
import { liveNode } from './state.ts'

const hash = (text: string) => text.length.toString(16).padStart(64, '0')
const report = (scenario: Scenario, id: number) => diskReportOf(scenario.state, scenario.node(id), hash)

test('a copy of a young quorum: who led where, the first voters, and what stands behind what is committed', () => {
  const scenario = Scenario.formed({ brokers: 1 })
  const first = scenario.leaderId()
  killNode(scenario.state, scenario.node(first))
  scenario.run(10_000)
  const second = scenario.leaderId()
  const found = report(scenario, second)
  expect(z.parse(DiskReport, found)).toEqual(found)
  expect(found).toMatchObject({
    host: `node${second}`,
    lock: 'held',
    meta: { nodeId: second, directoryId: scenario.key(second).directoryId },
    kraftVersion: 1,
    committedAtLeast: 0,
    counts: { topics: 0, brokers: 1 },
  })
  expect(found?.log?.epochs.map(({ leaderId }) => leaderId)).toEqual(expect.arrayContaining([first, second]))
  expect(found?.log?.endOffset).toBe(
    endOffset(scenario.node(second).disk?.log ?? { startOffset: 0, batches: [], snapshots: [] }),
  )
  expect(found?.voterSets[0]).toMatchObject({ offset: 0, from: 'snapshot' })
  expect(found?.voterSets.at(-1)?.voters.map(({ nodeId }) => nodeId)).toEqual([0, 1, 2])
  expect(found?.tail.map(({ text }) => text)).toContain('broker 7 registered')
  expect(report(scenario, first)).toMatchObject({ lock: 'free' })
})

test('what a snapshot holds is committed, and a voter set that is appended counts at once', () => {
  const scenario = Scenario.formed({ brokers: 1 })
  const broker = liveNode(scenario.node(7))
  if (broker === null) throw new Error('it runs')
  takeSnapshot(broker)
  const [id = -1, other = -1] = scenario.followers()
  const ends = report(scenario, 7)?.snapshots.map(({ endOffset }) => endOffset) ?? []
  expect(report(scenario, 7)?.committedAtLeast).toBe(ends.at(-1))
  expect(ends.at(-1)).toBeGreaterThan(0)
  expect(report(scenario, 7)?.voterSets.at(-1)).toMatchObject({ offset: ends.at(-1), from: 'snapshot' })
  const node = scenario.node(id)
  killNode(scenario.state, node)
  const entry = broker.run.voterHistory.at(-1)?.voters.find((voter) => voter.key.id === id)
  if (entry === undefined) throw new Error('it votes')
  appendVoters(scenario.state, node, 2_000, [entry])
  expect(report(scenario, id)?.voterSets.at(-1)).toMatchObject({ epoch: 2_000, from: 'log', voters: [{ nodeId: id }] })
  expect(report(scenario, id)?.tail.at(-1)?.text).toBe(`voters ${id}`)
  expect(report(scenario, id)?.log?.epochs.at(-1)).toMatchObject({ epoch: 2_000, leaderId: null })
  wipeNode(scenario.state, scenario.node(other))
  expect(report(scenario, other)).toBeNull()
})

test('a static quorum: no level of kraft.version, and voters in quorum-state', () => {
  const scenario = Scenario.formed({ isStatic: true })
  const found = report(scenario, scenario.leaderId())
  expect(found).toMatchObject({
    kraftVersion: null,
    voterSets: [],
    quorumState: { dataVersion: 0, staticVoters: [0, 1, 2] },
  })
})
