import { expect, test } from 'vitest'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import type { RunEntry } from '../../run/run.ts'
import { describeRun } from './describe.ts'
import { standingOf } from './progress.ts'

const facts = exampleFacts(exampleView(), { log: exampleLog() })
const request = { kind: 'unregister-broker' as const, params: { nodeId: 7 } }
const stop = { type: 'host-action' as const, step: 'stop', actions: [], atMs: 1, actor: { id: 'a', name: 'A' } }
const failed: RunEntry = { ...stop, problem: 'it is frozen', text: 'The sandbox could not do it: it is frozen' }
const asked: RunEntry = { ...stop, actions: ['stop 7'], problem: null, text: 'Asked the sandbox: stop 7.' }

test('what the sandbox could not do stands above its button, until it is asked again', () => {
  const titles = (...entries: RunEntry[]) =>
    describeRun(standingOf(exampleRun(request, facts, ...entries), facts)).notices.map((n) => n.title)
  expect(titles(asked, failed)).toContain('The sandbox could not do it')
  expect(titles(asked, failed, asked)).not.toContain('The sandbox could not do it')
})

test('what a step on a host is to bring about is awaited, not refused', () => {
  const { steps, now } = describeRun(standingOf(exampleRun(request, facts), facts))
  expect(steps[0]?.gates.filter((g) => !g.ok)).toMatchObject([{ code: 'broker-down', waiting: true }])
  expect(now).toBe('Waiting for you: stop broker 7.')
})
