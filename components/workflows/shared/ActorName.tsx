'use client'
/** Under which name this browser acts, and the way to change it. */
import { Button, TextInput } from '@patternfly/react-core'
import { useState } from 'react'
import { renameActor, useActor } from '../../live/queries/useActor.ts'
import './actorName.css'

const LONGEST = 64

export function ActorName() {
  const actor = useActor()
  const [text, setText] = useState<string | null>(null)
  const [refused, setRefused] = useState(false)
  if (actor === null) return null
  if (text === null) {
    return (
      <p className="qd-small qd-dim qd-actor">
        You act as <b>{actor.name}</b>.{' '}
        <Button variant="link" isInline onClick={() => setText(actor.name)}>
          Change the name
        </Button>
      </p>
    )
  }
  return (
    <form
      className="qd-actor"
      onSubmit={(event) => {
        event.preventDefault()
        const taken = renameActor(text)
        setRefused(!taken)
        if (taken) setText(null)
      }}
    >
      <label className="qd-small" htmlFor="actor-name">
        The name that others see
      </label>
      <TextInput
        id="actor-name"
        value={text}
        maxLength={LONGEST}
        autoFocus
        validated={refused ? 'error' : 'default'}
        onChange={(_event, name) => setText(name)}
      />
      {refused && <p className="qd-small">A name is 1 to 64 characters of plain text.</p>}
      <Button type="submit" variant="secondary" size="sm">
        Use it
      </Button>
    </form>
  )
}
