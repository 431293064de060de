/** What a receiver gets from its Test button: an incident of no cluster, kept nowhere. */
import type { AlertIncident } from '../contract/alerts/incidents.ts'

export function testIncident(id: string, nowMs: number): AlertIncident {
  return {
    id: `test-${id}`,
    cluster: 'test',
    rule: 'no-leader',
    key: 'test',
    severity: 'info',
    state: 'resolved',
    title: 'Test message of Quorumdeck',
    detail: 'Somebody pressed Test. Nothing has happened to any cluster.',
    remedy: 'Nothing is to be done.',
    replicas: [],
    startedAtMs: nowMs,
    firedAtMs: nowMs,
    resolvedAtMs: nowMs,
    acknowledged: null,
    silencedBy: null,
  }
}
