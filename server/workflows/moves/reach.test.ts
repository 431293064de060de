/** What a step looks at does not grow with the cluster: the partitions of its own brokers, and what is counted of the rest. */
import { expect, test, vi } from 'vitest'
import { LoggedPlacement } from '../../quorum/log/placement.ts'
import { exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../testing/examples/exampleLog.ts'
import { advance } from '../engine/decisions/advance.ts'
import { describeRun } from '../engine/decisions/describe.ts'
import { standingOf } from '../engine/decisions/progress.ts'
import type { Facts } from '../run/facts.ts'

const BROKERS = [7, 8, 9, 10, 11]

function facts(placement: LoggedPlacement): Facts {
  const brokers = new Map(
    BROKERS.map((id) => [id, { endpoints: [], incarnationId: `process ${id}`, fenced: false, rack: null }]),
  )
  const log = exampleLog([], { placement, brokers })
  const nodes = new Map(
    BROKERS.map((id) => [id, { configs: new Map([['min.insync.replicas', '2']]), supportedMetadataVersion: 30 }]),
  )
  return exampleFacts(exampleView({ log: { brokers } }), { log, nodes })
}

function largePlacement(): LoggedPlacement {
  const placement = new LoggedPlacement()
  for (let topic = 0; topic < 100; topic += 1) {
    const topicId = `topic ${topic}`
    placement.apply({ kind: 'topic', topicId, name: topicId })
    const replicas = [0, 1, 2].map((i) => BROKERS[(topic + i) % BROKERS.length] ?? 7)
    const place = { replicas, isr: replicas, adding: [], removing: [], leader: replicas[0] ?? 7 }
    placement.apply({ kind: 'partition', topicId, partition: 0, placement: place })
  }
  return placement
}

test.each([
  ['the draining of broker 7', { kind: 'migrate-combined', params: { nodeIds: [0], retireBrokerIds: [7] } }, [0, 7]],
  ['the restart of broker 7', { kind: 'rolling-restart', params: { nodeIds: [7] } }, [7]],
  ['the unregistration of broker 9', { kind: 'unregister-broker', params: { nodeId: 9 } }, [9]],
] as const)('%s goes through no other partitions', (_, request, own) => {
  const placement = largePlacement()
  const seen = facts(placement)
  const through = vi.spyOn(placement, 'partitions')
  const of = vi.spyOn(placement, 'hostedBy')
  const run = exampleRun(structuredClone(request) as Parameters<typeof exampleRun>[0], seen)
  advance(standingOf(run, seen), null)
  describeRun(standingOf(run, seen))
  expect(through).not.toHaveBeenCalled()
  expect([...new Set(of.mock.calls.map(([id]) => id))].filter((id) => !own.some((one) => one === id))).toEqual([])
})

test('what has not changed is not made anew, and what has is', () => {
  const placement = largePlacement()
  const before = placement.hostedBy(7)
  expect(placement.hostedBy(7)).toBe(before)
  const [first] = before
  if (first === undefined) throw new Error('nothing is hosted')
  const { topicId, partition } = first
  placement.apply({ kind: 'partition-change', topicId, partition, change: { isr: [7] } })
  const after = placement.hostedBy(7)
  expect(after[0]?.isr).toEqual([7])
  expect(first.isr).not.toEqual([7])
  expect(after.slice(1).every((p, i) => p === before[i + 1])).toBe(true)
})
