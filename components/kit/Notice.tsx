'use client'
/** A page that has one thing to say. */
import { EmptyState, EmptyStateBody } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import './notice.css'

export function Notice({ glyph, title, children }: { glyph: string; title: string; children: ReactNode }) {
  const icon = () => (
    <span className="qd-notice__glyph" aria-hidden="true">
      {glyph}
    </span>
  )
  return (
    <EmptyState className="qd-card qd-notice" headingLevel="h1" titleText={title} icon={icon}>
      <EmptyStateBody>{children}</EmptyStateBody>
    </EmptyState>
  )
}
