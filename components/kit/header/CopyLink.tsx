'use client'
/** Copies the address, which opens exactly what is seen here: what a page shows beside its path is in its query. */
import { Button } from '@patternfly/react-core'
import { useCopy } from '../CopyButton.tsx'

export function CopyLink() {
  const [state, copy] = useCopy()
  return (
    <span className="qd-header__extra">
      <Button variant="link" isInline onClick={() => copy(location.href)}>
        {state === 'copied' ? 'Link copied' : state === 'failed' ? 'Could not copy' : 'Copy link'}
      </Button>
    </span>
  )
}
