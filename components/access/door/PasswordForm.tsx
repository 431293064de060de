'use client'
/** A name and a password of this server. */
import { ActionGroup, Button, Form, FormGroup, TextInput } from '@patternfly/react-core'
import { usePasswordSignIn } from '../../live/queries/access/useAccess.ts'
import { NotLetIn } from './NotLetIn.tsx'

interface Props {
  readonly ready: boolean
  readonly isFirst: boolean
  readonly afterwards: () => void
}

export function PasswordForm({ ready, isFirst, afterwards }: Props) {
  const { send, busy, refused } = usePasswordSignIn(afterwards)
  return (
    <Form
      noValidate={false}
      onSubmit={(event) => {
        event.preventDefault()
        const given = new FormData(event.currentTarget)
        send({ login: String(given.get('login') ?? ''), password: String(given.get('password') ?? '') })
      }}
    >
      <FormGroup label="Name" fieldId="login">
        <TextInput id="login" name="login" autoComplete="username" autoFocus={isFirst} isRequired maxLength={64} />
      </FormGroup>
      <FormGroup label="Password" fieldId="password">
        <TextInput
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          isRequired
          maxLength={256}
          validated={refused === null ? 'default' : 'error'}
          aria-describedby={refused === null ? undefined : 'password-refused'}
        />
      </FormGroup>
      {refused !== null && <NotLetIn id="password-refused" refused={refused} />}
      <ActionGroup>
        <Button type="submit" variant={isFirst ? 'primary' : 'secondary'} isDisabled={!ready || busy}>
          {busy ? 'Signing in…' : 'Sign in with the password'}
        </Button>
      </ActionGroup>
    </Form>
  )
}
