/** What the table shows, in the query of the address, so that a link opens the same. Whatever else is in it stays. Pure. */
import { Health, ReplicaStatus } from '../../../server/contract/quorumView.ts'
import { byNode, everyRow, type RoleWord, type RowFilter, type RowOrder, SORT_COLUMNS } from './rows.ts'

export interface TableShown {
  readonly filter: RowFilter
  readonly order: RowOrder
  /** Keys of the rows that are open. */
  readonly open: readonly string[]
}

/** More open rows than anybody opens by hand. */
const MAX_OPEN = 50
const MAX_TEXT = 200
const ROLES: readonly RoleWord[] = ['controller', 'broker', 'combined', 'unknown']

function oneOf<T extends string>(all: readonly T[], given: string | null): T | null {
  return all.find((one) => one === given) ?? null
}

export function tableIn(search: string): TableShown {
  const query = new URLSearchParams(search)
  const filter: RowFilter = {
    text: (query.get('rows') ?? '').slice(0, MAX_TEXT),
    status: oneOf(ReplicaStatus.options, query.get('status')) ?? 'all',
    role: oneOf(ROLES, query.get('role')) ?? 'all',
    health: oneOf(Health.options, query.get('health')) ?? 'all',
  }
  const sort = query.get('sort') ?? ''
  const column = oneOf(SORT_COLUMNS, sort.replace(/^-/, ''))
  const isAll = filter.text === '' && filter.status === 'all' && filter.role === 'all' && filter.health === 'all'
  return {
    // The very filter that shows all is known by itself.
    filter: isAll ? everyRow : filter,
    order: column === null ? byNode : { column, descending: sort.startsWith('-') },
    open: query.getAll('open').slice(0, MAX_OPEN),
  }
}

export function withTable(search: string, { filter, order, open }: TableShown): string {
  const query = new URLSearchParams(search)
  const put = (name: string, value: string, usual: string) =>
    value === usual ? query.delete(name) : query.set(name, value)
  put('rows', filter.text, '')
  put('status', filter.status, 'all')
  put('role', filter.role, 'all')
  put('health', filter.health, 'all')
  put('sort', `${order.descending ? '-' : ''}${order.column}`, byNode.column)
  query.delete('open')
  for (const key of open.slice(0, MAX_OPEN)) query.append('open', key)
  return query.size === 0 ? '' : `?${query}`
}
