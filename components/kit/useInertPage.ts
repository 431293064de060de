'use client'
/**
 * For a dialog that asks before something happens: what lies behind it takes no focus and no click. PatternFly's Modal hides
 * the rest of the page from screen readers, and ends its focus trap with a click on the backdrop while it stays open.
 */
import { useEffect, useLayoutEffect } from 'react'

export function useInertPage(): void {
  // After the Modal's own effects: it has marked what is not the dialog.
  useEffect(() => {
    for (const part of document.body.children) {
      if (part instanceof HTMLElement && part.ariaHidden === 'true') part.inert = true
    }
  }, [])
  // Before them: the button that opened it takes the focus again.
  useLayoutEffect(
    () => () => {
      for (const part of document.body.children) if (part instanceof HTMLElement) part.inert = false
    },
    [],
  )
}
