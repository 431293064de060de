import { expect, test } from 'vitest'
import type { AlertSummary } from '../../server/contract/alerts/incidents.ts'
import { aView } from '../testing/exampleView.ts'
import { shownAlerts, wallAlerts } from './wallAlerts.ts'

const alert = (severity: AlertSummary['severity'], title: string, over: Partial<AlertSummary> = {}): AlertSummary => ({
  id: title,
  rule: 'no-leader',
  severity,
  title,
  firedAtMs: 7,
  acknowledged: null,
  silencedBy: null,
  ...over,
})

test('the gravest come first, what is silenced or only worth knowing does not come, and the rest is counted', () => {
  const incident = { id: 'i', kind: 'two-leaders' as const, firstSeenAtMs: 5, title: 'Two leaders', detail: '' }
  const alerts = [
    alert('info', 'i'),
    alert('critical', 'quiet', { silencedBy: 's' }),
    ...['a', 'b', 'c', 'd'].map((title) => alert('warning', title)),
    alert('critical', 'x', { acknowledged: { by: 'Ann', atMs: 8, note: '' } }),
  ]
  const { shown, more } = shownAlerts(wallAlerts(alerts, aView({ incidents: [incident] })))
  expect(shown.map(({ title, sinceMs, by }) => [title, sinceMs, by])).toEqual([
    ['Two leaders', 5, null],
    ['x', 7, 'Ann'],
    ['a', 7, null],
    ['b', 7, null],
  ])
  expect(more).toBe(2)
  expect(shownAlerts(wallAlerts([], null))).toEqual({ shown: [], more: 0 })
})
