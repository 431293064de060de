'use client'
/** One change at a time: says which run is under way, and offers to go first where the server allows that. */
import { Alert, Checkbox } from '@patternfly/react-core'
import type { Refusal } from '../../../server/contract/errors.ts'
import type { WorkflowSummary } from '../../../server/contract/workflows.ts'
import { Link } from '../../kit/address/Link.tsx'
import { progressWords } from '../links/runBrief.ts'
import { runPath } from '../links/wizards.ts'

/** The server names pre-emption in its remedy where this change may go first. */
function mayGoFirst(refusal: Refusal | null): boolean {
  return refusal !== null && /pre-?empt/i.test(refusal.remedy)
}

export function ActiveRun({
  runs,
  refusal,
  preempt,
  onPreempt,
}: {
  runs: readonly WorkflowSummary[]
  refusal: Refusal | null
  preempt: boolean
  onPreempt: (preempt: boolean) => void
}) {
  const run = runs.at(-1)
  if (run === undefined && !preempt) return null
  return (
    <div className="qd-flow">
      {run !== undefined && (
        <Alert component="h2" isInline variant="warning" title="Another change of this quorum is under way.">
          <Link href={runPath(run.id)} prefetch={false}>
            {run.title}
          </Link>
          , {progressWords(run)}. {run.driver.name} drives. Kafka takes one voter change at a time, and so does
          Quorumdeck.
        </Alert>
      )}
      {(preempt || mayGoFirst(refusal)) && (
        <Checkbox
          id="preempt"
          label="This one goes first"
          description="The other run is parked and plans its remaining steps again afterwards. Needs a reason."
          isChecked={preempt}
          onChange={(_event, first) => onPreempt(first)}
        />
      )}
    </div>
  )
}
