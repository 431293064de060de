'use client'
/** Why somebody was not let in, below what they typed. */
import { Alert } from '@patternfly/react-core'
import { Refusal } from '../../../server/contract/errors.ts'

export function NotLetIn({ id, refused }: { readonly id: string; readonly refused: Error }) {
  return (
    <Alert id={id} isInline isLiveRegion component="p" variant="danger" title={refused.message}>
      {refused instanceof Refusal ? refused.remedy : 'The server could not be asked. Try again.'}
    </Alert>
  )
}
