'use client'
/** No run to show: not here yet, not known, or the server does not answer. */
import { Button } from '@patternfly/react-core'
import { Refusal } from '../../../server/contract/errors.ts'
import { Link } from '../../kit/address/Link.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { Notice } from '../../kit/Notice.tsx'

export function UnknownRun({ error, again }: { error: Error | null; again: () => void }) {
  const unknown = error instanceof Refusal && error.status === 404
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        {error === null ? (
          <Notice glyph="…" title="Reading the run.">
            <p>Waiting for the first answer from the server.</p>
          </Notice>
        ) : unknown ? (
          <Notice glyph="?" title="There is no such run here.">
            <p>{error.message} The link may belong to another Quorumdeck, or its data directory was replaced.</p>
            <p>
              <Link href="/?list">See the clusters of this server</Link>
            </p>
          </Notice>
        ) : (
          <Notice glyph="✕" title="The run cannot be read.">
            <p>
              {error instanceof Refusal ? `${error.message} ${error.remedy}` : 'The Quorumdeck server does not answer.'}{' '}
              The run goes on or rests without this page; nothing is lost.
            </p>
            <Button variant="primary" onClick={again}>
              Ask again
            </Button>
          </Notice>
        )}
      </main>
    </>
  )
}
