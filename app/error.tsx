'use client'
import { Button } from '@patternfly/react-core'
import { Notice } from '../components/kit/Notice.tsx'

/** This page broke; the cluster did not. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main id="main" className="qd-main">
      <Notice glyph="✕" title="This page has failed.">
        <p>
          The fault is in the page, not in your cluster: what the quorum does is not touched by it. Ask the cluster
          itself with kafka-metadata-quorum if you are in a hurry.
        </p>
        <p className="qd-mono">{error.digest ?? error.message}</p>
        <Button variant="primary" onClick={reset}>
          Show it again
        </Button>
      </Notice>
    </main>
  )
}
