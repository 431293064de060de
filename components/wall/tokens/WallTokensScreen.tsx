'use client'
/** Screens on walls: who has a link, since when, and taking it back. */
import { Button, List, Title } from '@patternfly/react-core'
import type { WallToken } from '../../../server/contract/room/wallTokens.ts'
import { Refused } from '../../kit/gates/Refused.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { Notice } from '../../kit/Notice.tsx'
import { Section } from '../../kit/Section.tsx'
import { formatMoment } from '../../kit/words/format.ts'
import { useWallTokens } from '../../live/queries/room/useWallTokens.ts'
import { useClusters } from '../../live/queries/useClusters.ts'
import { useMayAct } from '../../live/queries/useRights.ts'
import { MadeLink } from './MadeLink.tsx'
import { TokenForm } from './TokenForm.tsx'

const LIST_EVERY_MS = 30_000

export function WallTokensScreen() {
  const mayAct = useMayAct(null)
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        {mayAct === false ? (
          <Notice glyph="?" title="Walls">
            <p>This session may watch, not act: it makes no walls.</p>
          </Notice>
        ) : (
          <Walls />
        )}
      </main>
    </>
  )
}

function Walls() {
  const walls = useWallTokens()
  const { list } = useClusters(LIST_EVERY_MS)
  const nowMs = Date.now()
  return (
    <>
      <Section label="Walls">
        <Title headingLevel="h1" size="xl">
          Walls
        </Title>
        <p>
          A wall shows clusters and nothing else: no page to go to, nothing to press. Each screen gets a link of its
          own, so that one can be taken back without the others.
        </p>
        {walls.made === null ? (
          <TokenForm clusters={list?.clusters ?? []} busy={walls.busy} onMake={walls.make} />
        ) : (
          <MadeLink made={walls.made} onDone={walls.forgetMade} />
        )}
        {walls.refused !== null && <Refused error={walls.refused} />}
      </Section>
      <Section title="Links that were made" note={walls.tokens?.length}>
        {walls.error !== null && walls.tokens === null && <p>{walls.error.message}</p>}
        {walls.tokens?.length === 0 && <p className="qd-dim">None yet.</p>}
        <List isPlain isBordered>
          {(walls.tokens ?? []).map((token) => (
            <Line
              key={token.id}
              token={token}
              nowMs={nowMs}
              busy={walls.busy}
              onRevoke={() => walls.revoke(token.id)}
            />
          ))}
        </List>
      </Section>
    </>
  )
}

function Line({
  token,
  nowMs,
  busy,
  onRevoke,
}: {
  token: WallToken
  nowMs: number
  busy: boolean
  onRevoke: () => void
}) {
  const { label, clusters, createdBy, createdAtMs, expiresAtMs, lastUsedAtMs, revokedAtMs } = token
  const isOver = revokedAtMs !== null || (expiresAtMs !== null && expiresAtMs <= nowMs)
  const end =
    revokedAtMs !== null
      ? `revoked ${formatMoment(revokedAtMs, nowMs)}`
      : expiresAtMs === null
        ? 'until it is revoked'
        : `${expiresAtMs <= nowMs ? 'ended' : 'until'} ${formatMoment(expiresAtMs, nowMs)}`
  return (
    <li>
      <p>
        <b>{label}</b> · {clusters === null ? 'all clusters' : clusters.join(', ')} · {end}
        {!isOver && (
          <>
            {' '}
            <Button
              variant="link"
              isInline
              isDanger
              isDisabled={busy}
              aria-label={`Revoke ${label}`}
              onClick={onRevoke}
            >
              Revoke
            </Button>
          </>
        )}
      </p>
      <p className="qd-small qd-dim">
        Made by {createdBy} {formatMoment(createdAtMs, nowMs)},{' '}
        {lastUsedAtMs === null ? 'never used' : `last used ${formatMoment(lastUsedAtMs, nowMs)}`}
      </p>
    </li>
  )
}
