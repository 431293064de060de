'use client'
/** The door: a token, a plain answer when it is wrong, and back to where one came from. */
import { ActionGroup, Alert, Button, Form, FormGroup, TextInput, Title } from '@patternfly/react-core'
import { useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { pathAfterSignIn } from '../../server/contract/access/ownPath.ts'
import { Refusal } from '../../server/contract/errors.ts'
import { AppHeader } from '../kit/header/AppHeader.tsx'
import { Section } from '../kit/Section.tsx'
import { leaveWall, useSignIn } from '../live/queries/useSession.ts'
import './signIn.css'

export function SignInScreen() {
  const next = pathAfterSignIn(useSearchParams().get('next'))
  // Before the page's script runs, a click would send the form the old way and forget where to return to.
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])
  const signIn = useSignIn(() => location.assign(next))
  const { refused } = signIn
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        <Section className="qd-signin">
          <Title headingLevel="h1" size="2xl">
            Sign in
          </Title>
          <p className="qd-dim">
            This server asks for an access token. Whoever started it has two: one that may change things and one that
            may only watch.
          </p>
          {next.startsWith('/wall') && (
            <p>
              A screen on a wall shows itself with its own link: open it again, or a new one where this one was revoked.{' '}
              <Button variant="link" isInline onClick={() => void leaveWall()}>
                This is no wall any more
              </Button>
            </p>
          )}
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
                autoFocus
                isRequired
                maxLength={512}
                name="token"
                validated={refused === null ? 'default' : 'error'}
                aria-describedby={refused === null ? undefined : 'token-refused'}
              />
            </FormGroup>
            {refused !== null && (
              <Alert id="token-refused" isInline isLiveRegion variant="danger" title={refused.message}>
                {refused instanceof Refusal ? refused.remedy : 'The server could not be asked. Try again.'}
              </Alert>
            )}
            <ActionGroup>
              <Button type="submit" variant="primary" isDisabled={!ready || signIn.pending}>
                {signIn.pending ? 'Signing in…' : 'Sign in'}
              </Button>
            </ActionGroup>
          </Form>
        </Section>
      </main>
    </>
  )
}
