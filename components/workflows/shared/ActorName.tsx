'use client'
/** Under which name this browser acts, and the way to change it. */
import { ActionGroup, Button, Form, FormGroup, TextInput } from '@patternfly/react-core'
import { useState } from 'react'
import { Hint } from '../../kit/Hint.tsx'
import { isNameGiven, renameActor, useActor } from '../../live/queries/useActor.ts'

const LONGEST = 64

export function ActorName() {
  const actor = useActor()
  const [text, setText] = useState<string | null>(null)
  const [refused, setRefused] = useState(false)
  if (actor === null) return null
  if (text === null) {
    return (
      <p className="qd-small qd-dim">
        You act as <b>{actor.name}</b>.{' '}
        {!isNameGiven() && (
          <Button variant="link" isInline onClick={() => setText(actor.name)}>
            Change the name
          </Button>
        )}
      </p>
    )
  }
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        const taken = renameActor(text)
        setRefused(!taken)
        if (taken) setText(null)
      }}
    >
      <FormGroup label="The name that others see" fieldId="actor-name">
        <TextInput
          id="actor-name"
          value={text}
          maxLength={LONGEST}
          autoFocus
          validated={refused ? 'error' : 'default'}
          onChange={(_event, name) => setText(name)}
        />
        {refused && <Hint isProblem>A name is 1 to 64 characters of plain text.</Hint>}
      </FormGroup>
      <ActionGroup>
        <Button type="submit" variant="secondary" size="sm">
          Use it
        </Button>
      </ActionGroup>
    </Form>
  )
}
