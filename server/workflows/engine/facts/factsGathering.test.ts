/** What is remembered between two looks at the disks of brokers. */
import { expect, test } from 'vitest'
import type { LogFacts } from '../../../quorum/log/metadataLog.ts'
import { exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../../testing/examples/exampleLog.ts'
import type { BrokerDisks, WorkflowCluster } from '../../run/ports.ts'
import { DEFAULT_THRESHOLDS } from '../../run/thresholds.ts'
import { FactsGathering } from './factsGathering.ts'

const moving = partition({ replicas: [9, 7, 8], adding: [9], removing: [7] })
const brokers = exampleLog().brokers
const registered = [...brokers.values()][0]

/** A cluster whose log, sizes and clock the test sets. */
function gathering() {
  const at = {
    ms: 1000,
    log: exampleLog([partition()]) as LogFacts | null,
    sizes: {} as Record<string, number>,
    asked: 0,
  }
  const disk = (sizes: Record<string, number>): BrokerDisks => ({
    replicas: new Map(Object.entries(sizes)),
    totalBytes: 1000,
    usableBytes: 900,
  })
  const cluster = {
    source: {
      view: exampleView(),
      link: { state: 'live' },
      ageMs: () => 0,
      controllerEndpoints: () => [],
      nodes: new Map(),
      get log() {
        return at.log
      },
    },
    reads: {
      disks: async () => {
        at.asked += 1
        return new Map([
          [7, disk({ 'orders-0': 100 })],
          [9, disk(at.sizes)],
        ])
      },
    },
    bootstrapControllers: [],
    commandConfig: null,
    cruiseControl: null,
  } as unknown as WorkflowCluster
  const clock = { nowMs: () => at.ms, monotonicMs: () => at.ms }
  const facts = new FactsGathering(cluster, DEFAULT_THRESHOLDS, clock)
  const look = async (ms: number, sizes: Record<string, number>) => {
    at.ms = ms
    at.sizes = sizes
    await facts.lookAtDisks([7])
    return facts.facts()
  }
  return { at, facts, look }
}

test('the stall is counted from the last byte of a move, and not before any is going on', async () => {
  const { at, look } = gathering()
  expect((await look(1000, {})).movedAtMs).toBe(1000)
  expect((await look(100_000, {})).movedAtMs).toBe(100_000)
  at.log = exampleLog([moving], registered === undefined ? {} : { brokers: new Map(brokers).set(9, registered) })
  expect((await look(110_000, { 'orders-0': 10 })).movedAtMs).toBe(110_000)
  // A producer writes to another topic of the same broker.
  expect((await look(120_000, { 'orders-0': 10, 'bills-0': 99 })).movedAtMs).toBe(110_000)
  expect((await look(130_000, { 'orders-0': 20, 'bills-0': 99 })).movedAtMs).toBe(130_000)
})

test('what was copied is remembered look by look, and asked for at most every five seconds', async () => {
  const { at, facts, look } = gathering()
  at.log = exampleLog([moving])
  await look(1000, { 'orders-0': 10 })
  await look(5999, { 'orders-0': 20 })
  expect(at.asked).toBe(1)
  const { moves } = await look(6000, { 'orders-0': 30 })
  expect(moves?.samples.map(({ atMs, copied }) => [atMs, copied.get('orders')])).toEqual([
    [1000, 10],
    [6000, 30],
  ])
  facts.forget()
  expect(facts.facts()).toMatchObject({ disks: null, moves: null, movedAtMs: null })
  at.log = null
  expect((await look(60_000, {})).disks).toBeNull()
})

test('readers that come together get the same facts, until something is seen or time goes on', async () => {
  const { at, facts, look } = gathering()
  const first = facts.lately()
  expect(facts.lately()).toBe(first)
  expect(facts.facts()).not.toBe(first)
  const second = facts.lately()
  facts.see(exampleView())
  const third = facts.lately()
  expect(third).not.toBe(second)
  at.ms += 100
  const fourth = facts.lately()
  expect(fourth).not.toBe(third)
  await look(at.ms, {})
  expect(facts.lately().disks).not.toBeNull()
})
