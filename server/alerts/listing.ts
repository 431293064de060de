/** Lists of alerts: their order, their pages, and what a line of one holds. */
import type { AlertIncident, AlertSummary } from '../contract/alerts/incidents.ts'
import type { EndedBefore } from '../storage/alerts.ts'
import { refuseAlert } from './alertRefusals.ts'

const GRAVITY = { critical: 0, warning: 1, info: 2 } as const

export function gravestThenOldest(a: AlertIncident, b: AlertIncident): number {
  return GRAVITY[a.severity] - GRAVITY[b.severity] || a.firedAtMs - b.firedAtMs || (a.id < b.id ? -1 : 1)
}

export function summaryOf(incident: AlertIncident): AlertSummary {
  const { id, rule, severity, title, firedAtMs, acknowledged, silencedBy } = incident
  return { id, rule, severity, title, firedAtMs, acknowledged, silencedBy }
}

/** `TIME ID` of the last one of a page. @throws Refusal */
export function positionOf(before: string): EndedBefore {
  const [, time, id] = /^(\d{1,15}) (\S{1,64})$/.exec(before) ?? []
  if (time === undefined || id === undefined) throw refuseAlert.badPage()
  return { resolvedAtMs: Number(time), id }
}

/** Those behind the one with this id; of a list that has moved on meanwhile, from its beginning. */
export function pageOf(
  sorted: readonly AlertIncident[],
  before: string | null,
  limit: number,
): { alerts: AlertIncident[]; before: string | null } {
  const from = before === null ? 0 : sorted.findIndex(({ id }) => id === before) + 1
  const alerts = sorted.slice(from, from + limit)
  return { alerts, before: from + limit < sorted.length ? (alerts.at(-1)?.id ?? null) : null }
}
