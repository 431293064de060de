/** Lists as a sentence has them. Pure. */

/** `0`, `0 and 1`, `0, 1 and 2`; empty where there is nothing. */
export function listed(items: readonly (string | number)[], last: 'and' | 'or' = 'and'): string {
  if (items.length <= 1) return items.join('')
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`
}
