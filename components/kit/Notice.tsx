'use client'
/** A page that has one thing to say. */
import { EmptyState, EmptyStateBody } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { Section } from './Section.tsx'

export function Notice({ glyph, title, children }: { glyph: string; title: string; children: ReactNode }) {
  const icon = () => (
    <span className="qd-glyph" aria-hidden="true">
      {glyph}
    </span>
  )
  return (
    <Section>
      <EmptyState headingLevel="h1" titleText={title} icon={icon}>
        <EmptyStateBody className="qd-flow">{children}</EmptyStateBody>
      </EmptyState>
    </Section>
  )
}
