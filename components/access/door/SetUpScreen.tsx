'use client'
/** The first user: made by whoever can read the data directory of the server, and by nobody else. */
import { ActionGroup, Button, Form, FormGroup, TextInput, Title } from '@patternfly/react-core'
import { useEffect, useState } from 'react'
import { MIN_PASSWORD } from '../../../server/contract/access/people.ts'
import { Hint } from '../../kit/Hint.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { Section } from '../../kit/Section.tsx'
import { useSetUp, useSignInWays } from '../../live/queries/access/useAccess.ts'
import { NotLetIn } from './NotLetIn.tsx'
import './signIn.css'
import { Link } from '../../kit/address/Link.tsx'
import { atBase } from '../../live/address/basePath.ts'

export function SetUpScreen() {
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])
  const { ways } = useSignInWays()
  const { send, busy, refused } = useSetUp(() => location.assign(atBase('/account')))
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        <Section className="qd-signin">
          <Title headingLevel="h1" size="2xl">
            Set up the first user
          </Title>
          {ways !== null && !ways.setUp ? (
            <p>
              There is nothing to set up: this Quorumdeck has a user, or keeps none.{' '}
              <Link href="/sign-in">Sign in</Link>.
            </p>
          ) : (
            <>
              <p className="qd-dim">
                The first user administers everything. The secret stands in the file <code>setup-secret</code> in the
                data directory, on the host of this Quorumdeck; it works once.
              </p>
              <Form
                noValidate={false}
                onSubmit={(event) => {
                  event.preventDefault()
                  const given = new FormData(event.currentTarget)
                  const text = (name: string) => String(given.get(name) ?? '')
                  send({ secret: text('secret'), login: text('login'), name: text('name'), password: text('password') })
                }}
              >
                <FormGroup label="Set-up secret" fieldId="secret">
                  <TextInput id="secret" name="secret" type="password" autoComplete="off" isRequired maxLength={200} />
                </FormGroup>
                <FormGroup label="Name to sign in with" fieldId="login">
                  <TextInput id="login" name="login" autoComplete="username" isRequired maxLength={64} />
                  <Hint>Letters, digits, . _ @ -</Hint>
                </FormGroup>
                <FormGroup label="Name that others see" fieldId="name">
                  <TextInput id="name" name="name" autoComplete="name" isRequired maxLength={64} />
                </FormGroup>
                <FormGroup label="Password" fieldId="password">
                  <TextInput
                    id="password"
                    name="password"
                    type="password"
                    autoComplete="new-password"
                    isRequired
                    minLength={MIN_PASSWORD}
                    maxLength={256}
                  />
                  <Hint>At least {MIN_PASSWORD} characters.</Hint>
                </FormGroup>
                {refused !== null && <NotLetIn id="set-up-refused" refused={refused} />}
                <ActionGroup>
                  <Button type="submit" variant="primary" isDisabled={!ready || busy}>
                    {busy ? 'Making the user…' : 'Make the user'}
                  </Button>
                </ActionGroup>
              </Form>
            </>
          )}
        </Section>
      </main>
    </>
  )
}
