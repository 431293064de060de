'use client'
/** The door: the ways in that there are, a plain answer when one is wrong, and back to where one came from. */
import { Alert, Button, Divider, Title } from '@patternfly/react-core'
import { useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { pathAfterSignIn } from '../../../server/contract/access/ownPath.ts'
import type { SignInProblem } from '../../../server/contract/access/people.ts'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { Section } from '../../kit/Section.tsx'
import { accessApi } from '../../live/queries/access/accessApi.ts'
import { useSignInWays } from '../../live/queries/access/useAccess.ts'
import { leaveWall } from '../../live/queries/useSession.ts'
import { PasswordForm } from './PasswordForm.tsx'
import { TokenForm } from './TokenForm.tsx'
import './signIn.css'
import { Link } from '../../kit/address/Link.tsx'
import { atBase } from '../../live/address/basePath.ts'

export function SignInScreen() {
  const next = pathAfterSignIn(useSearchParams().get('next'))
  // Before the page's script runs, a click would send the form the old way and forget where to return to.
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])
  const { ways, error } = useSignInWays()
  const afterwards = () => location.assign(atBase(next))
  const company = ways?.oidc ?? null
  const isTokenAlone = ways === null || (company === null && !ways.password)
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        <Section className="qd-signin">
          <Title headingLevel="h1" size="2xl">
            Sign in
          </Title>
          {ways?.problem != null && <Problem problem={ways.problem} />}
          {ways?.readOnly === true && (
            <p className="qd-dim">This Quorumdeck is read-only: it shows quorums and changes nothing.</p>
          )}
          {next.startsWith('/wall') && (
            <p>
              A screen on a wall shows itself with its own link: open it again, or a new one where this one was revoked.{' '}
              <Button variant="link" isInline onClick={() => void leaveWall()}>
                This is no wall any more
              </Button>
            </p>
          )}
          {ways?.setUp === true && (
            <Alert isInline component="p" variant="info" title="There is no user yet.">
              Whoever runs the host <Link href="/set-up">makes the first one</Link>.
            </Alert>
          )}
          {company !== null && (
            <>
              {company.problem !== null && (
                <Alert isInline component="p" variant="warning" title="Nobody new can come in through the company now.">
                  {company.problem}
                </Alert>
              )}
              <Button component="a" href={accessApi.oidcPath(next)} variant="primary" isBlock>
                {company.name}
              </Button>
            </>
          )}
          {ways?.password === true && (
            <>
              {company !== null && <Divider />}
              <PasswordForm ready={ready} isFirst={company === null} afterwards={afterwards} />
            </>
          )}
          {(ways?.token === true || ways?.open === true || isTokenAlone) && (
            <>
              {!isTokenAlone && <Divider />}
              <TokenForm ready={ready} isAlone={isTokenAlone} afterwards={afterwards} />
            </>
          )}
          {error !== null && ways === null && (
            <p className="qd-dim">Which other ways in there are could not be asked: {error.message}</p>
          )}
        </Section>
      </main>
    </>
  )
}

function Problem({ problem: { message, remedy, lines } }: { readonly problem: SignInProblem }) {
  return (
    <Alert isInline isLiveRegion component="p" variant="danger" title={message}>
      {lines.length > 0 && (
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <p>{remedy}</p>
    </Alert>
  )
}
