'use client'
/** Writes a note. What was typed stays until it is kept. */
import { ActionGroup, Button, Form, FormGroup, TextArea } from '@patternfly/react-core'
import { useId, useState } from 'react'
import { MAX_NOTE } from '../../../server/contract/room/noteRequests.ts'
import type { NotesHere } from '../../live/queries/room/useNotes.ts'
import { Refused } from '../gates/Refused.tsx'

export function NoteForm({
  notes,
  label,
  button,
  onDone,
}: {
  readonly notes: NotesHere
  readonly label: string
  readonly button: string
  /** It was kept, or given up. */
  readonly onDone?: () => void
}) {
  const id = useId()
  const [text, setText] = useState('')
  const kept = () => {
    setText('')
    onDone?.()
  }
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== '') notes.add(text.trim(), kept)
      }}
    >
      <FormGroup label={label} fieldId={id}>
        <TextArea
          id={id}
          value={text}
          rows={3}
          maxLength={MAX_NOTE}
          resizeOrientation="vertical"
          onChange={(_event, typed) => setText(typed)}
        />
      </FormGroup>
      {notes.refused !== null && <Refused error={notes.refused} />}
      <ActionGroup>
        <Button type="submit" variant="secondary" size="sm" isDisabled={notes.busy || text.trim() === ''}>
          {button}
        </Button>
        {onDone !== undefined && (
          <Button variant="link" size="sm" onClick={onDone}>
            Cancel
          </Button>
        )}
      </ActionGroup>
    </Form>
  )
}
