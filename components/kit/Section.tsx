'use client'
/** A part of a page: PatternFly's card as a landmark, with what it is called above it. */
import { Card, CardBody, type CardProps, CardTitle } from '@patternfly/react-core'
import type { ReactNode, Ref } from 'react'

interface SectionProps extends Omit<CardProps, 'title' | 'label' | 'ref' | 'component'> {
  readonly title?: ReactNode
  /** Said quietly beside the title. */
  readonly note?: ReactNode
  /** The name of the landmark, where the title is no plain text or is not shown. */
  readonly label?: string
  readonly ref?: Ref<HTMLElement>
}

export function Section({ title, note, label, children, ref, ...rest }: SectionProps) {
  const name = label ?? (typeof title === 'string' ? title : undefined)
  return (
    <Card {...rest} {...(ref && { ref })} component="section" isCompact aria-label={name}>
      {title !== undefined && (
        <CardTitle component="h2">
          {title} {note !== undefined && <span className="qd-dim qd-small">{note}</span>}
        </CardTitle>
      )}
      <CardBody className="qd-flow">{children}</CardBody>
    </Card>
  )
}
