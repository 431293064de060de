'use client'
/** Who is signed in from where, and ending it. */
import { Button, List, ListItem } from '@patternfly/react-core'
import { Refused } from '../kit/gates/Refused.tsx'
import { Section } from '../kit/Section.tsx'
import { formatMoment } from '../kit/words/format.ts'
import { useSessions } from '../live/queries/access/useAccess.ts'
import { signOut } from '../live/queries/useSession.ts'
import { viaText } from './rightsWords.ts'

/** @param of id of the person whose sessions are shown; `null`: all that the server tells */
export function SessionList({ title, of }: { readonly title: string; readonly of: string | null }) {
  const { sessions, end, busy, refused } = useSessions()
  const nowMs = Date.now()
  const shown = (sessions ?? []).filter(({ personId }) => of === null || personId === of)
  return (
    <Section title={title} note={sessions === null ? undefined : shown.length}>
      {sessions !== null && shown.length === 0 && <p className="qd-dim">None.</p>}
      <List isPlain isBordered>
        {shown.map(({ id, who, via, address, agent, createdAtMs, lastUsedAtMs, expiresAtMs, own }) => (
          <ListItem key={id}>
            <p>
              <b>{who}</b> · {viaText(via)} · from {address}
              {own && ' · this browser'}{' '}
              <Button
                variant="link"
                isInline
                isDanger
                isDisabled={busy}
                aria-label={`${own ? 'Sign out' : 'End it'}: ${who} from ${address}`}
                onClick={() => (own ? void signOut() : end(id))}
              >
                {own ? 'Sign out' : 'End it'}
              </Button>
            </p>
            <p className="qd-small qd-dim">
              Since {formatMoment(createdAtMs, nowMs)}, last used {formatMoment(lastUsedAtMs, nowMs)}, until{' '}
              {formatMoment(expiresAtMs, nowMs)} at the latest. {agent}
            </p>
          </ListItem>
        ))}
      </List>
      {refused !== null && <Refused error={refused} />}
    </Section>
  )
}
