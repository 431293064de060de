'use client'
/** The bar on top of every page but the wall. */
import { Button, Masthead, MastheadBrand, MastheadContent, MastheadMain, SkipToContent } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import type { WhoAmI } from '../../../server/contract/session.ts'
import { signOut, useSession } from '../../live/queries/useSession.ts'
import { AlertsLink } from './AlertsLink.tsx'
import { CopyLink } from './CopyLink.tsx'
import { PersonLinks } from './PersonLinks.tsx'
import { ThemeToggle } from './ThemeToggle.tsx'
import './appHeader.css'
import './page.css'
import { Link } from '../address/Link.tsx'

/** Sessions of ours, which can be ended here. */
const ENDS: ReadonlySet<WhoAmI['via']> = new Set(['token', 'password', 'oidc'])

export function AppHeader({ children, right }: { children?: ReactNode; right?: ReactNode }) {
  const session = useSession()
  return (
    <Masthead className="qd-screen-only">
      <SkipToContent href="#main">Skip to the content</SkipToContent>
      <MastheadMain>
        <MastheadBrand>
          <Link className="qd-brand" href="/?list" prefetch={false}>
            <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
              <path
                d="M12 2l9 5.2v9.6L12 22l-9-5.2V7.2z"
                fill="none"
                stroke="currentColor"
                strokeWidth="2"
                strokeLinejoin="round"
              />
              <circle cx="12" cy="7.5" r="2" fill="currentColor" />
              <circle cx="8" cy="14.5" r="2" fill="currentColor" />
              <circle cx="16" cy="14.5" r="2" fill="currentColor" opacity=".45" />
            </svg>
            Quorumdeck
          </Link>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent className="qd-header__line">
        {children}
        <div className="qd-header__line qd-header__right">
          {session !== null && <AlertsLink />}
          {right}
          <CopyLink />
          {session?.readOnly === true && <span className="qd-dim">Read-only</span>}
          {session?.role === 'watch' && !session.readOnly && <span className="qd-dim">Watching only</span>}
          {session !== null && session.role !== 'wall' && <PersonLinks session={session} />}
          {session !== null && ENDS.has(session.via) && (
            <Button variant="secondary" size="sm" onClick={() => void signOut()}>
              Sign out
            </Button>
          )}
          <ThemeToggle />
        </div>
      </MastheadContent>
    </Masthead>
  )
}
