'use client'
/** The plan as a document, to have before it begins: it serves when the dashboard itself is down. */
import { Button, Flex } from '@patternfly/react-core'
import { Link } from '../../kit/address/Link.tsx'
import type { Wanted } from '../../live/queries/usePlan.ts'
import { usePlanRunbook } from '../../live/queries/useRehearsal.ts'

interface PlanRunbookProps {
  readonly cluster: string
  readonly wanted: Wanted
  /** Where the same can be printed; left out on that page itself. */
  readonly print?: string
}

export function PlanRunbook({ cluster, wanted, print }: PlanRunbookProps) {
  const { take, pending, failed } = usePlanRunbook(cluster)
  return (
    <Flex>
      <Button variant="link" isInline isDisabled={pending} onClick={() => take(wanted)}>
        {pending ? 'Writing it…' : 'Download runbook'}
      </Button>
      {print !== undefined && (
        <Link href={print} prefetch={false}>
          Print it
        </Link>
      )}
      <span className="qd-small qd-dim">
        {failed === null
          ? 'Every command, what to look for and what must hold, to go on by hand.'
          : `The download failed: ${failed.message}`}
      </span>
    </Flex>
  )
}
