/** A word in a pill, after PatternFly's label but plain markup: a table of sixty rows shows a hundred of them. */
import type { ReactNode } from 'react'
import './tag.css'

export type TagTone = 'ok' | 'caution' | 'danger' | 'info' | 'plain'

export function Tag({ tone, glyph, children }: { tone: TagTone; glyph?: string; children: ReactNode }) {
  return (
    <span className={`qd-tag qd-tag--${tone}`}>
      {glyph !== undefined && (
        <span className="qd-tag__glyph" aria-hidden="true">
          {glyph}
        </span>
      )}
      {children}
    </span>
  )
}
