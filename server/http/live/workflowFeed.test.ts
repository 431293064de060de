import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ExampleWorkflows, exampleRun, summaryOfRun } from '../../testing/examples/exampleWorkflows.ts'
import { WorkflowFeed } from './workflowFeed.ts'

interface Delivered {
  toAll: string | null
  whole: string
}

let workflows: ExampleWorkflows
let feed: WorkflowFeed
let delivered: Delivered[]

beforeEach(() => {
  vi.useFakeTimers()
  workflows = new ExampleWorkflows()
  delivered = []
  feed = new WorkflowFeed({
    workflows,
    monotonicMs: () => performance.now(),
    deliver: ({ summary, whole }) => delivered.push({ toAll: summary, whole: whole() }),
  })
})
afterEach(() => {
  feed.close()
  vi.useRealTimers()
})

const live = (now: string, over = {}) => workflows.tell(exampleRun({ now, ...over }), false)
const told = () => delivered.map((d) => JSON.parse(d.whole).workflow.now as string)

test('a change goes to all at once, short for most and whole for those who follow', () => {
  const run = exampleRun({ revision: 7 })
  workflows.tell(run, true)
  expect(delivered).toHaveLength(1)
  const common = { type: 'workflow', cluster: 'test', summary: summaryOfRun(run) }
  expect(JSON.parse(delivered[0]?.toAll ?? '')).toEqual({ ...common, workflow: null })
  expect(JSON.parse(delivered[0]?.whole ?? '')).toEqual({ ...common, workflow: run })
})

test('live figures: the first at once, then the newest of every 200 ms, for followers alone', () => {
  live('1')
  for (const now of ['2', '3', '4']) live(now)
  expect(told()).toEqual(['1'])
  vi.advanceTimersByTime(199)
  expect(told()).toEqual(['1'])
  vi.advanceTimersByTime(1)
  expect(told()).toEqual(['1', '4'])
  expect(delivered.every((d) => d.toAll === null)).toBe(true)
  vi.advanceTimersByTime(10_000)
  expect(told()).toEqual(['1', '4'])
  // Nothing was sent for long: no reason to wait.
  live('5')
  expect(told()).toEqual(['1', '4', '5'])
})

test('figures of another run wait for their own turn only', () => {
  live('1')
  live('another', { id: 'run-2' })
  expect(told()).toEqual(['1', 'another'])
})

test('a change overtakes figures that wait, and they are not sent after it', () => {
  live('1')
  live('old')
  workflows.tell(exampleRun({ now: 'changed', revision: 2 }), true)
  vi.advanceTimersByTime(1000)
  expect(told()).toEqual(['1', 'changed'])
  workflows.tell(exampleRun({ now: 'ended', revision: 3, state: 'done', endedAtMs: 1_700_000_000_001 }), true)
  expect(told()).toEqual(['1', 'changed', 'ended'])
})

test('nothing is made whole that nobody follows', () => {
  feed.close()
  expect(workflows.listeners).toBe(0)
  feed = new WorkflowFeed({ workflows, monotonicMs: () => performance.now(), deliver: () => {} })
  live('1')
  workflows.tell(exampleRun(), true)
  expect(workflows.wholes).toBe(0)
})

test('a feed that is closed says nothing more', () => {
  live('1')
  live('2')
  feed.close()
  vi.advanceTimersByTime(1000)
  live('3')
  expect(told()).toEqual(['1'])
})
