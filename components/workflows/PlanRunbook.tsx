'use client'
/** The plan as a document, to have before it begins: it serves when the dashboard itself is down. */
import { Button } from '@patternfly/react-core'
import type { Wanted } from '../live/usePlan.ts'
import { usePlanRunbook } from '../live/useRehearsal.ts'

export function PlanRunbook({ cluster, wanted }: { readonly cluster: string; readonly wanted: Wanted }) {
  const { take, pending, failed } = usePlanRunbook(cluster)
  return (
    <p className="qd-small">
      <Button variant="link" isInline isDisabled={pending} onClick={() => take(wanted)}>
        {pending ? 'Writing it…' : 'Download runbook'}
      </Button>{' '}
      <span className="qd-dim">
        {failed === null
          ? 'Every command, what to look for and what must hold, to go on by hand.'
          : `It did not arrive: ${failed.message}`}
      </span>
    </p>
  )
}
