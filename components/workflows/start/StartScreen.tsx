'use client'
/** Before a run begins: which controller, why, and the whole plan as it would be on the quorum of this moment. */
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import type { WorkflowKind } from '../../../server/contract/workflows.ts'
import { Link } from '../../kit/address/Link.tsx'
import { Notice } from '../../kit/Notice.tsx'
import { useLiveCluster } from '../../live/useLiveCluster.ts'
import { isRecovery, planRunbookPath, startPath, type Target, wizardsPath } from '../links/wizards.ts'
import { WizardFrame } from '../shared/WizardFrame.tsx'
import { RecoveryStart } from './RecoveryStart.tsx'
import { StartChoice } from './StartChoice.tsx'
import { StartForm } from './StartForm.tsx'
import { completed, readStartLink, wantedOf } from './startTargets.ts'

export function StartScreen({ cluster }: { cluster: string }) {
  const link = readStartLink(new URLSearchParams(useSearchParams()))
  if (link.kind === null) {
    return (
      <WizardFrame cluster={cluster} title="Start a wizard">
        <Notice glyph="?" title="The link names no wizard.">
          <p>
            <Link href={wizardsPath(cluster)}>Choose one of the wizards</Link>
          </p>
        </Notice>
      </WizardFrame>
    )
  }
  if (isRecovery(link.kind)) return <RecoveryStart key={link.kind} cluster={cluster} kind={link.kind} />
  return <Start key={link.kind} cluster={cluster} kind={link.kind} first={link.target} />
}

interface StartProps {
  readonly cluster: string
  readonly kind: WorkflowKind
  readonly first: Target
}

function Start({ cluster, kind, first }: StartProps) {
  const [said, setTarget] = useState(first)
  const { view } = useLiveCluster(cluster)
  const target = completed(kind, said, view)
  return (
    <StartForm
      cluster={cluster}
      kind={kind}
      wanted={wantedOf(kind, target)}
      print={planRunbookPath(cluster, kind, target)}
    >
      <StartChoice
        kind={kind}
        view={view}
        target={target}
        onChoose={(chosen) => {
          setTarget(chosen)
          // The address says the same, for whoever copies it or loads the page again.
          history.replaceState(null, '', startPath(cluster, kind, chosen))
        }}
      />
    </StartForm>
  )
}
