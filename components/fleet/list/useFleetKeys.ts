'use client'
/** The list by keyboard: `/` goes to the search, arrows from line to line, Enter opens, Escape empties the search. */
import { type RefObject, useEffect } from 'react'

const ROWS = '[data-fleet-row]'

/** Whatever takes letters keeps them. */
function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')
}

export function useFleetKeys(list: RefObject<HTMLElement | null>, searchId: string, empty: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      const search = document.getElementById(searchId)
      const isInSearch = event.target === search
      if (event.key === '/' && !takesText(event.target)) {
        event.preventDefault()
        search?.focus()
        return
      }
      if (event.key === 'Escape' && isInSearch) return empty()
      if (takesText(event.target) && !isInSearch) return
      const rows = [...(list.current?.querySelectorAll<HTMLElement>(ROWS) ?? [])]
      const at = rows.indexOf(event.target as HTMLElement)
      const isOnPage = isInSearch || at >= 0 || event.target === document.body
      if (!isOnPage || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return
      const next = event.key === 'ArrowDown' ? at + 1 : at - 1
      event.preventDefault()
      if (next < 0) search?.focus()
      else rows[Math.min(next, rows.length - 1)]?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [list, searchId, empty])
}
