/**
 * A word in a pill: PatternFly's label without its script, which measures each one for truncation. A table of sixty rows
 * shows a hundred of them.
 */
import '@patternfly/react-styles/css/components/Label/label.css'
import type { ReactNode } from 'react'

const STATUS = {
  ok: 'pf-m-success',
  caution: 'pf-m-warning',
  danger: 'pf-m-danger',
  info: 'pf-m-info',
  plain: '',
} as const

export type TagTone = keyof typeof STATUS

export function Tag({ tone, glyph, children }: { tone: TagTone; glyph?: string; children: ReactNode }) {
  return (
    <span className={`pf-v6-c-label pf-m-outline pf-m-compact ${STATUS[tone]}`}>
      <span className="pf-v6-c-label__content">
        {glyph !== undefined && (
          <span className="pf-v6-c-label__icon" aria-hidden="true">
            {glyph}
          </span>
        )}
        <span className="pf-v6-c-label__text">{children}</span>
      </span>
    </span>
  )
}
