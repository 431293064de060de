'use client'
/** A new user, and what of a user may be changed. */
import { ActionGroup, Button, Form, FormGroup, TextInput } from '@patternfly/react-core'
import { useState } from 'react'
import type { Grant } from '../../../server/contract/access/grants.ts'
import { MIN_PASSWORD, type PersonView } from '../../../server/contract/access/people.ts'
import { Hint } from '../../kit/Hint.tsx'
import type { PeopleHere } from '../../live/queries/access/useAccess.ts'
import { GrantFields, lackingOf, WATCH_EVERYWHERE } from '../GrantFields.tsx'

function lackingIn(grants: readonly Grant[]): string | null {
  return grants.map(lackingOf).find((one) => one !== null) ?? null
}

export function NewUserForm({ people, onDone }: { readonly people: PeopleHere; readonly onDone: () => void }) {
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [grants, setGrants] = useState<readonly Grant[]>([WATCH_EVERYWHERE])
  const lacking =
    login.trim() === '' || name.trim() === ''
      ? 'Give both names.'
      : password.length < MIN_PASSWORD
        ? `The password needs at least ${MIN_PASSWORD} characters.`
        : lackingIn(grants)
  return (
    <Form
      isWidthLimited
      onSubmit={(event) => {
        event.preventDefault()
        if (lacking === null) people.add({ login, name, password, grants: [...grants] }, onDone)
      }}
    >
      <FormGroup label="Name to sign in with" fieldId="user-login">
        <TextInput
          id="user-login"
          value={login}
          maxLength={64}
          autoComplete="off"
          onChange={(_e, text) => setLogin(text)}
        />
        <Hint>Letters, digits, . _ @ -</Hint>
      </FormGroup>
      <FormGroup label="Name that others see" fieldId="user-name">
        <TextInput
          id="user-name"
          value={name}
          maxLength={64}
          autoComplete="off"
          onChange={(_e, text) => setName(text)}
        />
      </FormGroup>
      <FormGroup label="First password" fieldId="user-password">
        <TextInput
          id="user-password"
          type="password"
          value={password}
          maxLength={256}
          autoComplete="new-password"
          onChange={(_e, text) => setPassword(text)}
        />
        <Hint>Hand it over in person. They change it under Who am I.</Hint>
      </FormGroup>
      <ManyGrants name="user" grants={grants} onChange={setGrants} />
      <ActionGroup>
        <Button type="submit" variant="primary" isDisabled={people.busy || lacking !== null}>
          Make the user
        </Button>
        <Button variant="link" onClick={onDone}>
          Cancel
        </Button>
        {lacking !== null && <Hint>{lacking}</Hint>}
      </ActionGroup>
    </Form>
  )
}

interface EditProps {
  readonly person: PersonView
  readonly people: PeopleHere
  readonly onDone: () => void
}

export function EditUserForm({ person, people, onDone }: EditProps) {
  const [grants, setGrants] = useState<readonly Grant[]>(person.grants)
  const [password, setPassword] = useState('')
  const lacking =
    password !== '' && password.length < MIN_PASSWORD
      ? `The password needs at least ${MIN_PASSWORD} characters.`
      : lackingIn(grants)
  return (
    <Form
      isWidthLimited
      onSubmit={(event) => {
        event.preventDefault()
        if (lacking !== null) return
        people.edit(person.id, { grants: [...grants], ...(password === '' ? {} : { password }) }, onDone)
      }}
    >
      <ManyGrants name={person.id} grants={grants} onChange={setGrants} />
      <FormGroup label="New password, where it is to be another" fieldId={`${person.id}-password`}>
        <TextInput
          id={`${person.id}-password`}
          type="password"
          value={password}
          maxLength={256}
          autoComplete="new-password"
          onChange={(_e, text) => setPassword(text)}
        />
        <Hint>A new password ends all sessions and tokens of {person.name}.</Hint>
      </FormGroup>
      <ActionGroup>
        <Button type="submit" variant="primary" isDisabled={people.busy || lacking !== null}>
          Save
        </Button>
        <Button variant="link" onClick={onDone}>
          Cancel
        </Button>
        {lacking !== null && <Hint>{lacking}</Hint>}
      </ActionGroup>
    </Form>
  )
}

interface ManyProps {
  readonly name: string
  readonly grants: readonly Grant[]
  readonly onChange: (grants: readonly Grant[]) => void
}

function ManyGrants({ name, grants, onChange }: ManyProps) {
  return (
    <>
      {grants.map((grant, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two rights may be the same while they are edited
        <div key={at} className="qd-flow">
          <GrantFields name={`${name}-${at}`} grant={grant} onChange={(next) => onChange(grants.with(at, next))} />
          {grants.length > 1 && (
            <div>
              <Button variant="link" isInline onClick={() => onChange(grants.filter((_one, other) => other !== at))}>
                Take this right away
              </Button>
            </div>
          )}
        </div>
      ))}
      <div>
        <Button variant="link" isInline onClick={() => onChange([...grants, WATCH_EVERYWHERE])}>
          Give a further right
        </Button>
      </div>
    </>
  )
}
