'use client'
/** The link of a new wall: shown once, then nowhere any more. */
import { Alert, Button } from '@patternfly/react-core'
import type { CreatedWallToken } from '../../../server/contract/room/wallTokens.ts'
import { CommandText } from '../../kit/gates/CommandText.tsx'

export function MadeLink({ made, onDone }: { readonly made: CreatedWallToken; readonly onDone: () => void }) {
  return (
    <Alert
      isInline
      component="p"
      isLiveRegion
      variant="success"
      title={`The link of ${made.token.label}. It is shown this once.`}
      actionLinks={
        <Button variant="link" isInline onClick={onDone}>
          I have it
        </Button>
      }
    >
      <p>Open it in the browser of the screen. Who has it sees what this wall shows, until it is revoked.</p>
      <CommandText text={`${location.origin}${made.link}`} what="the link" />
    </Alert>
  )
}
