import { expect, test } from 'vitest'
import type { Finding } from '../../server/contract/quorumView.ts'
import { aView } from '../testing/exampleView.ts'
import { alertsOf, shownAlerts } from './wallAlerts.ts'

const finding = (severity: Finding['severity'], title: string): Finding =>
  ({ code: 'no-leader', severity, title, detail: '', replicas: [] }) as unknown as Finding

test('the gravest come first, what is only worth knowing does not come, and the rest is counted', () => {
  const incident = { id: 'i', kind: 'two-leaders' as const, firstSeenAtMs: 5, title: 'Two leaders', detail: '' }
  const findings = [
    finding('info', 'i'),
    ...['a', 'b', 'c', 'd'].map((t) => finding('warning', t)),
    finding('critical', 'x'),
  ]
  const { shown, more } = shownAlerts(alertsOf(aView({ findings, incidents: [incident] })))
  expect(shown.map(({ title, sinceMs }) => [title, sinceMs])).toEqual([
    ['Two leaders', 5],
    ['x', null],
    ['a', null],
    ['b', null],
  ])
  expect(more).toBe(2)
  expect(shownAlerts(alertsOf(null))).toEqual({ shown: [], more: 0 })
})
