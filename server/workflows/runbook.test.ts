import { expect, test } from 'vitest'
import { exampleRun } from '../exampleWorkflows.ts'
import { exampleFacts } from './exampleFacts.ts'
import { gate } from './gates/gate.ts'
import { runbookText } from './runbook.ts'

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
