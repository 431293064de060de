'use client'
/** Who I am here, what I may do, and why; my password, my sessions, my tokens. */
import { Button, List, ListItem, Title } from '@patternfly/react-core'
import type { WhoAmI } from '../../../server/contract/session.ts'
import { Facts } from '../../kit/Facts.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { Section } from '../../kit/Section.tsx'
import { formatMoment } from '../../kit/words/format.ts'
import { signOut, useSession } from '../../live/queries/useSession.ts'
import { grantText, viaText } from '../rightsWords.ts'
import { SessionList } from '../SessionList.tsx'
import { TokenSection } from '../TokenSection.tsx'
import { PasswordSection } from './PasswordSection.tsx'

export function AccountScreen() {
  const session = useSession()
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        {session === null ? <p className="qd-dim">Asking the server who you are…</p> : <Account session={session} />}
      </main>
    </>
  )
}

function Account({ session }: { readonly session: WhoAmI }) {
  const { identity, via, grants, within, missed, expiresAtMs, readOnly, role } = session
  const clusters = Object.entries(session.clusters)
  return (
    <>
      <Section label="Who am I">
        <Title headingLevel="h1" size="xl">
          {identity?.name ?? (via === 'local' ? 'You are at this machine' : `You hold the ${role} token`)}
        </Title>
        <Facts
          isHorizontal
          facts={[
            ['Signed in', viaText(via)],
            [
              'On record as',
              <span key="id" className="qd-mono">
                {identity?.id ?? via}
              </span>,
              'id',
            ],
            ...(expiresAtMs === undefined ? [] : [['Until', formatMoment(expiresAtMs, Date.now()), 'until'] as const]),
            ...(readOnly
              ? [['This server', 'is read-only: it changes nothing, whoever asks', 'read-only'] as const]
              : []),
          ]}
        />
        {via !== 'local' && via !== 'proxy' && (
          <div>
            <Button variant="secondary" onClick={() => void signOut()}>
              Sign out
            </Button>
          </div>
        )}
      </Section>
      <Section title="What you may do, and why">
        <List>
          {grants.map((grant) => (
            <ListItem key={JSON.stringify(grant)}>
              <b>{grantText(grant)}</b>
              {grant.because !== undefined && <span className="qd-dim"> {grant.because}</span>}
            </ListItem>
          ))}
        </List>
        {grants.length === 0 && <p>Nothing: no right was given.</p>}
        {within !== undefined && <p className="qd-dim">Never more than whoever made this token may do now.</p>}
        {clusters.length > 0 && (
          <p className="qd-dim">{clusters.map(([cluster, may]) => `${cluster}: ${may}`).join(', ')}</p>
        )}
        {missed.length > 0 && (
          <>
            <p>What you were not given when you signed in, and why:</p>
            <List>
              {missed.map((line) => (
                <ListItem key={line}>{line}</ListItem>
              ))}
            </List>
          </>
        )}
      </Section>
      {via === 'password' && <PasswordSection />}
      {identity !== undefined && <SessionList title="Your sessions" of={identity.id} />}
      {via !== 'api-token' && (
        <TokenSection title="Your tokens for scripts" of={identity?.id ?? null} session={session} />
      )}
    </>
  )
}
