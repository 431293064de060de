import { expect, test } from 'vitest'
import type { PlacementRecord } from '../quorum/log/placement.ts'
import { EMPTY_PLACEMENT, placed, recordsOf } from '../quorum/log/placement.ts'
import { exampleFacts } from '../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../testing/examples/exampleLog.ts'
import type { RehearsalInput } from '../workflows/run/ports.ts'
import { handOver, MAX_PARTITIONS, takenOver } from './handedOver.ts'

function input(over: Partial<RehearsalInput> = {}): RehearsalInput {
  const { view, nodes, thresholds } = exampleFacts()
  if (view === null) throw new Error('no view')
  const request: RehearsalInput['request'] = { kind: 'rolling-restart', params: { nodeIds: [7] } }
  return { view, nodes, thresholds, request, log: exampleLog([partition(), partition({ leader: 8 })]), ...over }
}

test('what was handed over is the same on the other side', () => {
  const before = input()
  const after = takenOver(structuredClone(handOver(before)))
  expect(recordsOf(after.log?.placement ?? EMPTY_PLACEMENT)).toEqual(
    recordsOf(before.log?.placement ?? EMPTY_PLACEMENT),
  )
  expect(after.log?.placement.size).toBe(2)
  expect(after.log?.brokers).toEqual(before.log?.brokers)
})

test('a change of controllers alone takes no partitions along', () => {
  const request = { kind: 'remove-controller', params: { nodeId: 1 } } as const
  expect(handOver(input({ request }))).toMatchObject({ input: { log: null }, placement: [] })
})

test('a cluster that is too large to be copied is refused in words', () => {
  const records: PlacementRecord[] = [{ kind: 'topic', topicId: 't', name: 'orders' }]
  for (let i = 0; i <= MAX_PARTITIONS; i += 1) {
    const replicas = [7, 8]
    const place = { replicas, isr: replicas, adding: [], removing: [], leader: 7 }
    records.push({ kind: 'partition', topicId: 't', partition: i, placement: place })
  }
  const log = exampleLog([], { placement: placed(EMPTY_PLACEMENT, records) })
  expect(() => handOver(input({ log }))).toThrow(`The cluster has ${MAX_PARTITIONS + 1} partitions`)
})
