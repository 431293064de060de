'use client'
/** People, their sessions and their tokens, for whoever administers. */
import { Title } from '@patternfly/react-core'
import { holds } from '../../../server/contract/session.ts'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { Notice } from '../../kit/Notice.tsx'
import { atBase } from '../../live/address/basePath.ts'
import { useSession } from '../../live/queries/useSession.ts'
import { SessionList } from '../SessionList.tsx'
import { TokenSection } from '../TokenSection.tsx'
import { PeopleSection } from './PeopleSection.tsx'

export function AdministrationScreen() {
  const session = useSession()
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        {session === null ? (
          <p className="qd-dim">Asking the server who you are…</p>
        ) : holds(session, 'administer', null) ? (
          <>
            <Title headingLevel="h1" size="xl">
              People, sessions and tokens
            </Title>
            <PeopleSection readOnly={session.readOnly} />
            <SessionList title="Sessions" of={null} />
            <TokenSection title="Tokens for scripts" of={null} session={session} />
            <p className="qd-small">
              <a href={atBase('/api/diagnostics')} download="quorumdeck-diagnostics.json">
                Diagnostics for whoever helps you, without secrets
              </a>
            </p>
          </>
        ) : (
          <Notice glyph="?" title="Administration">
            <p>This session may not administer people and tokens: it needs the right administer everywhere.</p>
          </Notice>
        )}
      </main>
    </>
  )
}
