/**
 * PatternFly's table cells without their script: theirs watch each cell for truncation, which sixty rows at ten updates a
 * second would pay for dearly. Same markup, same classes.
 */
import type { ComponentProps } from 'react'

export function Cell({ label, className = '', ...rest }: ComponentProps<'td'> & { label?: string }) {
  return <td className={`pf-v6-c-table__td ${className}`} data-label={label} {...rest} />
}

/** A heading keeps its words, in two lines where it must. */
export function HeadCell({ className = '', ...rest }: ComponentProps<'th'>) {
  return <th className={`pf-v6-c-table__th pf-m-wrap ${className}`} {...rest} />
}
