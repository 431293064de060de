'use client'
/** What the server wants to be known of a run: what needs attention above the step, what explains beside it. */
import { Alert } from '@patternfly/react-core'
import type { Workflow } from '../../../server/contract/workflows.ts'
import { Section } from '../../kit/Section.tsx'

export function Warnings({ notices }: { notices: Workflow['notices'] }) {
  return notices
    .filter((notice) => notice.severity !== 'info')
    .map(({ title, severity, text }) => (
      <Alert component="h2" key={title} isInline variant={severity === 'critical' ? 'danger' : 'warning'} title={title}>
        {text}
      </Alert>
    ))
}

export function Explanations({ notices }: { notices: Workflow['notices'] }) {
  return notices
    .filter((notice) => notice.severity === 'info')
    .map(({ title, text }) => (
      <Section key={title} title={title}>
        <p>{text}</p>
      </Section>
    ))
}
