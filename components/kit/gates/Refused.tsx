'use client'
/** Why something was not taken: what happened, what to do, and every rule that does not hold. */
import { Alert, AlertActionCloseButton } from '@patternfly/react-core'
import { Refusal } from '../../../server/contract/errors.ts'
import { GateTable } from './GateTable.tsx'

function words(error: Error): { title: string; text: string } {
  if (!(error instanceof Refusal)) {
    return {
      title: 'No answer arrived from the server.',
      text: 'Whether the command was accepted will show above and in the log once the server answers again. Nothing is sent again by itself.',
    }
  }
  if (error.status === 409 && error.workflow !== null) {
    return {
      title: `${error.message} Nothing was sent.`,
      text: `This is the run as it stands now; what you entered is still there. ${error.remedy}`,
    }
  }
  return { title: error.message, text: error.remedy }
}

export function Refused({ error, onDismiss }: { error: Error; onDismiss?: () => void }) {
  const { title, text } = words(error)
  const refusals = error instanceof Refusal ? error.refusals : []
  return (
    <>
      <Alert
        component="h2"
        isInline
        isLiveRegion
        variant="warning"
        title={title}
        actionClose={onDismiss === undefined ? undefined : <AlertActionCloseButton onClose={onDismiss} />}
      >
        {text}
      </Alert>
      {refusals.length > 0 && <GateTable gates={refusals} title="What does not hold" />}
    </>
  )
}
