/** A word in a pill: PatternFly's label, without its script, because a table of sixty rows shows a hundred of them. */
import '@patternfly/react-styles/css/components/Label/label.css'
import type { ReactNode } from 'react'
import './tag.css'

export type TagTone = 'ok' | 'caution' | 'danger' | 'info' | 'plain'

const COLOUR: Record<TagTone, string> = {
  ok: 'pf-m-success',
  caution: 'pf-m-warning',
  danger: 'pf-m-danger',
  info: 'pf-m-blue',
  plain: 'pf-m-outline',
}

export function Tag({ tone, glyph, children }: { tone: TagTone; glyph?: string; children: ReactNode }) {
  return (
    <span className={`pf-v6-c-label pf-m-compact qd-tag ${COLOUR[tone]} qd-tag--${tone}`}>
      <span className="pf-v6-c-label__content">
        {glyph !== undefined && (
          <span className="pf-v6-c-label__icon qd-tag__glyph" aria-hidden="true">
            {glyph}
          </span>
        )}
        <span className="pf-v6-c-label__text">{children}</span>
      </span>
    </span>
  )
}
