'use client'
/** Light, dark, or as the system has it. The choice is a cookie, so that the server can render it without a flash. */
import { Button } from '@patternfly/react-core'
import AdjustIcon from '@patternfly/react-icons/dist/esm/icons/adjust-icon'
import { useEffect, useState } from 'react'
import { COOKIE_PATH } from '../../live/address/basePath.ts'

const CHOICES = ['system', 'light', 'dark'] as const
type Theme = (typeof CHOICES)[number]
export const THEME_COOKIE = 'quorumdeck-theme'
const DARK_CLASS = 'pf-v6-theme-dark'
const YEAR_S = 365 * 24 * 3600

function chosen(): Theme {
  const value = new RegExp(`(?:^|; )${THEME_COOKIE}=(\\w+)`).exec(document.cookie)?.[1]
  return CHOICES.find((choice) => choice === value) ?? 'system'
}

function show(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle(DARK_CLASS, dark)
}

export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme | null>(null)
  useEffect(() => setTheme(chosen()), [])
  useEffect(() => {
    if (theme === null) return
    show(theme)
    const query = matchMedia('(prefers-color-scheme: dark)')
    const follow = () => show(theme)
    query.addEventListener('change', follow)
    return () => query.removeEventListener('change', follow)
  }, [theme])
  const choose = () => {
    const next = CHOICES[(CHOICES.indexOf(theme ?? 'system') + 1) % CHOICES.length] ?? 'system'
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
    document.cookie = `${THEME_COOKIE}=${next}; path=${COOKIE_PATH}; max-age=${YEAR_S}; samesite=lax`
    setTheme(next)
  }
  return (
    <Button
      variant="plain"
      size="sm"
      icon={<AdjustIcon />}
      onClick={choose}
      aria-label={`Theme: ${theme ?? 'system'}. Change it.`}
    >
      {theme ?? 'system'}
    </Button>
  )
}
