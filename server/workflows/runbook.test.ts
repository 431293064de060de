import { expect, test } from 'vitest'
import { exampleRun } from '../exampleWorkflows.ts'
import { exampleFacts } from './exampleFacts.ts'
import { gate } from './gates/gate.ts'
import { runbookText } from './runbook.ts'

test('what is left to move is told by topic, unknown as unknown', () => {
  const figures = { partitionsMoving: 1, bytesMoved: 1, bytesPerSecond: 2_000_000, etaMs: 60_000 }
  const moves = {
    sinceMs: 0,
    lookedAtMs: 0,
    stillMs: 0,
    total: { ...figures, partitionsLeft: 3, bytesLeft: 120_000_000 },
    topics: [{ topic: 'orders', ...figures, partitionsLeft: 2, bytesLeft: null, etaMs: null }],
    moreTopics: 4,
  }
  const text = runbookText(exampleRun({ moves }), exampleFacts())
  expect(text).toContain('the brokers were asked at 1970-01-01T00:00:00.000Z')
  expect(text).toContain(
    '- In all: 3 partitions left, 1 being moved, 120 MB to copy, 2.0 MB per second, about 60 s left',
  )
  expect(text).toContain(
    '- orders: 2 partitions left, 1 being moved, bytes left not known, 2.0 MB per second, time left not',
  )
  expect(text).toContain('- 4 topics more')
  expect(runbookText(exampleRun(), exampleFacts())).not.toContain('left to move')
})

test('what can be lost names racks where they are known', () => {
  const voter = { directoryId: null, health: 'ok' as const, leads: false }
  const stage = {
    label: 'Now',
    step: null,
    voters: [
      { ...voter, nodeId: 0, rack: 'a' },
      { ...voter, nodeId: 1, rack: null },
    ],
    majority: 2,
    margin: 0,
    worst: { label: 'if 0 fails', margin: -1 },
    worstRack: { label: 'if rack a fails, rack of 1 not known', margin: -1 },
  }
  expect(runbookText(exampleRun({ margins: [stage] }), exampleFacts())).toContain(
    '- Now: voters 0 (rack a), 1; majority 2; margin 0; if 0 fails: -1; if rack a fails, rack of 1 not known: -1',
  )
})

test('parts have headings of their own, and gates say how they are checked by hand', () => {
  const rule = { code: 'margin-after', title: 'A majority stays', required: '0 or more', why: '', source: '' }
  const run = exampleRun()
  const [first] = run.steps
  if (first === undefined) throw new Error('no step')
  const gates = [gate(rule, { ok: true, observed: '1', remedy: '' })]
  const steps = [
    { ...first, key: '0.a', group: 'Add controller 3', gates },
    { ...first, key: '0.b', group: 'Add controller 3' },
    { ...first, key: '1.a', group: 'Remove controller 0' },
  ]
  const text = runbookText({ ...run, steps }, exampleFacts())
  expect(text.match(/^## Part: .*$/gm)).toEqual(['## Part: Add controller 3', '## Part: Remove controller 0'])
  expect(text).toContain(
    '- A majority stays: 0 or more (when written: 1)\n  - By hand: `describe --replication --human-readable`',
  )
})
