'use client'
/** What people wrote about something, newest first, and a place to write. */
import { Button, List } from '@patternfly/react-core'
import { useNotes } from '../../live/queries/room/useNotes.ts'
import { Section } from '../Section.tsx'
import { NoteForm } from './NoteForm.tsx'
import { NoteLine } from './NoteLine.tsx'

export function Notes({
  subject,
  title,
  mayWrite,
}: {
  readonly subject: string
  readonly title: string
  readonly mayWrite: boolean
}) {
  const here = useNotes(subject)
  const nowMs = Date.now()
  return (
    <Section title={title} note="kept with it, for whoever reads it later" label={title}>
      {mayWrite && <NoteForm notes={here} label="A note" button="Add the note" />}
      {here.notes === null && here.error !== null && <p className="qd-dim">{here.error.message}</p>}
      {here.notes?.length === 0 && <p className="qd-dim">No notes yet.</p>}
      {here.notes !== null && here.notes.length > 0 && (
        <List isPlain isBordered>
          {here.notes.map((note) => (
            <li key={note.id}>
              <NoteLine note={note} nowMs={nowMs} />
            </li>
          ))}
        </List>
      )}
      {here.older !== null && (
        <Button variant="link" isInline onClick={here.older}>
          Show older notes
        </Button>
      )}
    </Section>
  )
}
