'use client'
/** A column's name with its definition on hover and focus; a click sorts by it. */
import { memo } from 'react'
import { HeadCell } from '../../kit/Cell.tsx'
import type { Term } from '../../kit/definitions.ts'
import type { RowOrder, SortColumn } from './rows.ts'

export interface Column {
  readonly name: string
  readonly term: Term
  readonly sort: SortColumn | null
  readonly className: string
}

/** Renders again when the order changes, not with every view. */
export const ColumnHead = memo(function ColumnHead({
  column,
  order,
  onOrder,
}: {
  column: Column
  order: RowOrder
  onOrder: (order: RowOrder) => void
}) {
  const { sort } = column
  const sorted = sort !== null && order.column === sort
  const direction = order.descending ? 'descending' : 'ascending'
  return (
    <HeadCell
      scope="col"
      className={column.className}
      aria-sort={sorted ? direction : sort === null ? undefined : 'none'}
    >
      <button
        type="button"
        className="qd-colhead"
        data-term={column.term}
        data-sorted={sorted ? direction : undefined}
        onClick={() => {
          if (sort !== null)
            onOrder({ column: sort, descending: sorted ? !order.descending : sort !== 'node' && sort !== 'status' })
        }}
      >
        {column.name}
      </button>
    </HeadCell>
  )
})
