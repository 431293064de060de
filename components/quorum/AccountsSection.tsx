'use client'
/** What each controller answers for itself, folded where nobody has to look at it. */
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { ErrorBoundary } from '../kit/ErrorBoundary.tsx'
import { patientLazy } from '../kit/patientLazy.ts'
import { Section } from '../kit/Section.tsx'

const ControllerAccounts = patientLazy(() => import('./ControllerAccounts.tsx'))

export function AccountsSection({ view, isOpen }: { view: QuorumView; isOpen: boolean }) {
  if (view.controllers === null || view.controllers.length === 0) return null
  return (
    <Section label="Controllers">
      <details open={isOpen}>
        <summary>
          <b>Controllers, each asked directly</b>
        </summary>
        <ErrorBoundary name="Controllers">
          <ControllerAccounts view={view} />
        </ErrorBoundary>
      </details>
    </Section>
  )
}
