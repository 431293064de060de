/** Which replicas the table shows, and in which order: voters always before observers. Pure. */

import type { Health, ReplicaStatus, ReplicaView } from '../../../server/contract/quorumView.ts'
import { isObserver } from '../../../server/contract/voters.ts'

export type RoleWord = 'controller' | 'broker' | 'combined' | 'unknown'

export interface RowFilter {
  readonly text: string
  readonly status: ReplicaStatus | 'all'
  readonly role: RoleWord | 'all'
  readonly health: Health | 'all'
}

export const everyRow: RowFilter = { text: '', status: 'all', role: 'all', health: 'all' }

export function roleOf(replica: ReplicaView): RoleWord {
  const controller = replica.roles.includes('controller')
  const broker = replica.roles.includes('broker')
  if (controller && broker) return 'combined'
  return controller ? 'controller' : broker ? 'broker' : 'unknown'
}

function matches(replica: ReplicaView, filter: RowFilter): boolean {
  const text = filter.text.trim().toLowerCase()
  return (
    (filter.status === 'all' || replica.status === filter.status) &&
    (filter.role === 'all' || roleOf(replica) === filter.role) &&
    (filter.health === 'all' || replica.health === filter.health) &&
    (text === '' || rowText(replica).includes(text))
  )
}

function rowText(replica: ReplicaView): string {
  const endpoints = replica.endpoints.map((one) => `${one.listener}://${one.host}:${one.port}`)
  return [replica.nodeId, replica.directoryId ?? '', replica.status, replica.health, roleOf(replica), ...endpoints]
    .join(' ')
    .toLowerCase()
}

export function filterRows(replicas: readonly ReplicaView[], filter: RowFilter): readonly ReplicaView[] {
  return replicas.filter((replica) => matches(replica, filter))
}

export type Facet = 'status' | 'role' | 'health'

/** How many rows each choice of one filter would leave, the other filters staying as they are. */
export function choices(
  replicas: readonly ReplicaView[],
  filter: RowFilter,
  facet: Facet,
  all: readonly string[],
): { readonly choice: string; readonly count: number }[] {
  const others = filterRows(replicas, { ...filter, [facet]: 'all' })
  const having = (rows: readonly ReplicaView[], choice: string) =>
    filterRows(rows, { ...everyRow, [facet]: choice }).length
  return [
    { choice: 'all', count: others.length },
    ...all
      .filter((choice) => choice === filter[facet] || having(replicas, choice) > 0)
      .map((choice) => ({ choice, count: having(others, choice) })),
  ]
}

export const SORT_COLUMNS = ['node', 'status', 'logEndOffset', 'lag', 'lastFetch', 'caughtUp', 'health'] as const
export type SortColumn = (typeof SORT_COLUMNS)[number]
export interface RowOrder {
  readonly column: SortColumn
  readonly descending: boolean
}

export const byNode: RowOrder = { column: 'node', descending: false }

const GRAVITY: Record<Health, number> = { ok: 0, unknown: 1, lagging: 2, silent: 3 }
const RANK: Record<ReplicaStatus, number> = { leader: 0, follower: 1, observer: 2 }

/** Ages are compared in whole seconds, so that rows do not change places with every sample. */
function seconds(ageMs: number | null): number | null {
  return ageMs === null ? null : Math.floor(ageMs / 1_000)
}

function value(replica: ReplicaView, column: SortColumn): number | null {
  switch (column) {
    case 'node':
      return replica.nodeId
    case 'status':
      return RANK[replica.status]
    case 'logEndOffset':
      return replica.logEndOffset
    case 'lag':
      return replica.lag
    case 'lastFetch':
      return seconds(replica.lastFetchAgeMs)
    case 'caughtUp':
      return seconds(replica.lastCaughtUpAgeMs)
    case 'health':
      return GRAVITY[replica.health]
    default:
      return column satisfies never
  }
}

/** Sorted within voters and within observers. Unknown values come last either way; ties keep the server's order. */
export function sortRows(replicas: readonly ReplicaView[], order: RowOrder): readonly ReplicaView[] {
  const sign = order.descending ? -1 : 1
  return [...replicas].sort((a, b) => {
    const group = Number(isObserver(a)) - Number(isObserver(b))
    if (group !== 0) return group
    const x = value(a, order.column)
    const y = value(b, order.column)
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    return sign * (x - y)
  })
}

/** So many observers are shown one by one; of more, only those that stand out until somebody asks for all. */
export const FEW_OBSERVERS = 16

/** Observers that need no look: ok, and no possible voter. */
export function quietObservers(observers: readonly ReplicaView[], twins: ReadonlySet<number>): readonly ReplicaView[] {
  if (observers.length <= FEW_OBSERVERS) return []
  return observers.filter(
    (replica) =>
      replica.health === 'ok' && replica.fenced !== true && roleOf(replica) === 'broker' && !twins.has(replica.nodeId),
  )
}
