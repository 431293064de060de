'use client'
/** A token that several people share, or that of a wall. */
import { ActionGroup, Button, Form, FormGroup, TextInput } from '@patternfly/react-core'
import { useSignIn } from '../../live/queries/useSession.ts'
import { NotLetIn } from './NotLetIn.tsx'

interface Props {
  readonly ready: boolean
  /** There is no other way in. */
  readonly isAlone: boolean
  readonly afterwards: () => void
}

export function TokenForm({ ready, isAlone, afterwards }: Props) {
  const signIn = useSignIn(afterwards)
  const { refused } = signIn
  return (
    <>
      <p className="qd-dim">
        {isAlone
          ? 'This server asks for an access token. Whoever started it has two: one that may change things and one that may only watch.'
          : 'Or with an access token that whoever started this server has handed out.'}
      </p>
      <Form
        noValidate={false}
        onSubmit={(event) => {
          event.preventDefault()
          const token = String(new FormData(event.currentTarget).get('token') ?? '').trim()
          if (token !== '') signIn.send(token)
        }}
      >
        <FormGroup label="Access token" fieldId="token">
          <TextInput
            id="token"
            type="password"
            autoComplete="current-password"
            autoFocus={isAlone}
            isRequired
            maxLength={512}
            name="token"
            validated={refused === null ? 'default' : 'error'}
            aria-describedby={refused === null ? undefined : 'token-refused'}
          />
        </FormGroup>
        {refused !== null && <NotLetIn id="token-refused" refused={refused} />}
        <ActionGroup>
          <Button type="submit" variant={isAlone ? 'primary' : 'secondary'} isDisabled={!ready || signIn.pending}>
            {signIn.pending ? 'Signing in…' : isAlone ? 'Sign in' : 'Sign in with the token'}
          </Button>
        </ActionGroup>
      </Form>
    </>
  )
}
