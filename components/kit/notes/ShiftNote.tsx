'use client'
/** The hand-over note of the shift: on top until whoever comes next has acknowledged it; earlier ones stay readable. */
import { Alert, Button, List } from '@patternfly/react-core'
import { useState } from 'react'
import { useNotes } from '../../live/queries/room/useNotes.ts'
import { useActor } from '../../live/queries/useActor.ts'
import { Refused } from '../gates/Refused.tsx'
import { NoteForm } from './NoteForm.tsx'
import { NoteLine } from './NoteLine.tsx'
import './notes.css'

export default function ShiftNote({
  subject,
  mayAct,
  mayLeave = mayAct,
}: {
  readonly subject: string
  readonly mayAct: boolean
  /** Whether a new one is left from this page. */
  readonly mayLeave?: boolean
}) {
  const here = useNotes(subject)
  const me = useActor()
  const [open, setOpen] = useState<'nothing' | 'form' | 'earlier'>('nothing')
  const nowMs = Date.now()
  const [newest] = here.notes ?? []
  const current = newest !== undefined && newest.acknowledged === null ? newest : null
  const earlier = (here.notes ?? []).filter((note) => note !== current)
  if (here.notes === null || (current === null && !mayLeave)) return null
  const isMine = current !== null && current.by.id === me?.id && current.by.name === me.name
  const links = (
    <>
      {current !== null && !isMine && mayAct && (
        <Button variant="secondary" size="sm" isDisabled={here.busy} onClick={() => here.acknowledge(current.id)}>
          I have read it
        </Button>
      )}
      {mayLeave && open !== 'form' && (
        <Button variant="link" isInline onClick={() => setOpen('form')}>
          Leave a hand-over note…
        </Button>
      )}
      {earlier.length > 0 && (
        <Button variant="link" isInline onClick={() => setOpen(open === 'earlier' ? 'nothing' : 'earlier')}>
          {open === 'earlier' ? 'Hide earlier notes' : 'Earlier hand-over notes'}
        </Button>
      )}
    </>
  )
  return (
    <section aria-label="Hand-over of the shift" className="qd-flow">
      {current !== null ? (
        <Alert
          isInline
          component="p"
          variant="info"
          title={subject === 'shift' ? 'Hand-over note' : 'Hand-over note for this cluster'}
          actionLinks={links}
        >
          <NoteLine note={current} nowMs={nowMs} />
          {isMine && <p className="qd-small">It stays here until whoever comes next has read it.</p>}
        </Alert>
      ) : (
        <p className="qd-small qd-shift__links">{links}</p>
      )}
      {open === 'form' && (
        <NoteForm
          notes={here}
          label="For whoever comes next"
          button="Leave the note"
          onDone={() => setOpen('nothing')}
        />
      )}
      {open !== 'form' && here.refused !== null && <Refused error={here.refused} />}
      {open === 'earlier' && (
        <List isPlain isBordered>
          {earlier.map((note) => (
            <li key={note.id}>
              <NoteLine note={note} nowMs={nowMs} />
            </li>
          ))}
          {here.older !== null && (
            <li>
              <Button variant="link" isInline onClick={here.older}>
                Show older notes
              </Button>
            </li>
          )}
        </List>
      )}
    </section>
  )
}
