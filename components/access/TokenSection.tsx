'use client'
/** Tokens for scripts: who has which, making one, taking one back. The secret of a new one is shown this once. */
import {
  ActionGroup,
  Alert,
  Button,
  Form,
  FormGroup,
  FormSelect,
  FormSelectOption,
  List,
  ListItem,
  TextInput,
} from '@patternfly/react-core'
import { useState } from 'react'
import type { ApiToken } from '../../server/contract/access/people.ts'
import type { WhoAmI } from '../../server/contract/session.ts'
import { CommandText } from '../kit/gates/CommandText.tsx'
import { Refused } from '../kit/gates/Refused.tsx'
import { Hint } from '../kit/Hint.tsx'
import { Section } from '../kit/Section.tsx'
import { formatMoment } from '../kit/words/format.ts'
import { useApiTokens } from '../live/queries/access/useAccess.ts'
import { GrantFields, lackingOf, WATCH_EVERYWHERE } from './GrantFields.tsx'
import { grantsText } from './rightsWords.ts'

const DAYS = [
  ['7', 'A week'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['366', 'A year'],
] as const

interface Props {
  readonly title: string
  /** Id of the person whose tokens are shown; `null`: all that the server tells. */
  readonly of: string | null
  readonly session: WhoAmI
}

export function TokenSection({ title, of, session }: Props) {
  const { tokens, make, made, forgetMade, revoke, busy, refused } = useApiTokens()
  const shown = (tokens ?? []).filter(({ makerId }) => of === null || makerId === of)
  const nowMs = Date.now()
  return (
    <Section title={title} note={tokens === null ? undefined : shown.length}>
      <p className="qd-dim">
        A script sends its token as <code>Authorization: Bearer</code>. It may never do more than whoever made it may do
        at that moment.
      </p>
      {made !== null ? (
        <Alert
          isInline
          isLiveRegion
          component="p"
          variant="success"
          title={`The secret of ${made.token.name}. It is shown this once.`}
          actionLinks={
            <Button variant="link" isInline onClick={forgetMade}>
              I have it
            </Button>
          }
        >
          <CommandText text={made.secret} what="the secret" />
        </Alert>
      ) : session.readOnly ? (
        <p>This Quorumdeck is read-only: it makes no tokens.</p>
      ) : (
        <NewToken busy={busy} onMake={make} />
      )}
      <List isPlain isBordered>
        {shown.map((token) => (
          <Line key={token.id} token={token} nowMs={nowMs} busy={busy} onRevoke={() => revoke(token.id)} />
        ))}
      </List>
      {refused !== null && <Refused error={refused} />}
    </Section>
  )
}

function NewToken({
  busy,
  onMake,
}: {
  readonly busy: boolean
  readonly onMake: ReturnType<typeof useApiTokens>['make']
}) {
  const [name, setName] = useState('')
  const [days, setDays] = useState('30')
  const [grant, setGrant] = useState(WATCH_EVERYWHERE)
  const lacking = name.trim() === '' ? 'Say what the token is for.' : lackingOf(grant)
  return (
    <Form
      isWidthLimited
      onSubmit={(event) => {
        event.preventDefault()
        if (lacking === null) onMake({ name: name.trim(), grants: [grant], days: Number(days) })
      }}
    >
      <FormGroup label="What it is for" fieldId="token-name">
        <TextInput id="token-name" value={name} maxLength={64} isRequired onChange={(_event, text) => setName(text)} />
      </FormGroup>
      <GrantFields name="token" grant={grant} onChange={setGrant} />
      <FormGroup label="For how long" fieldId="token-days">
        <FormSelect id="token-days" value={days} onChange={(_event, choice) => setDays(choice)}>
          {DAYS.map(([value, words]) => (
            <FormSelectOption key={value} value={value} label={words} />
          ))}
        </FormSelect>
      </FormGroup>
      <ActionGroup>
        <Button type="submit" variant="secondary" isDisabled={busy || lacking !== null}>
          Make the token
        </Button>
        {lacking !== null && <Hint>{lacking}</Hint>}
      </ActionGroup>
    </Form>
  )
}

interface LineProps {
  readonly token: ApiToken
  readonly nowMs: number
  readonly busy: boolean
  readonly onRevoke: () => void
}

function Line({ token, nowMs, busy, onRevoke }: LineProps) {
  const { name, grants, makerName, createdAtMs, expiresAtMs, lastUsedAtMs, revokedAtMs } = token
  const isOver = revokedAtMs !== null || expiresAtMs <= nowMs
  const end =
    revokedAtMs !== null
      ? `revoked ${formatMoment(revokedAtMs, nowMs)}`
      : `${isOver ? 'ended' : 'until'} ${formatMoment(expiresAtMs, nowMs)}`
  return (
    <ListItem>
      <p>
        <b>{name}</b> · {grantsText(grants)} · {end}{' '}
        {!isOver && (
          <Button variant="link" isInline isDanger isDisabled={busy} aria-label={`Revoke ${name}`} onClick={onRevoke}>
            Revoke
          </Button>
        )}
      </p>
      <p className="qd-small qd-dim">
        Made by {makerName} {formatMoment(createdAtMs, nowMs)},{' '}
        {lastUsedAtMs === null ? 'never used' : `last used ${formatMoment(lastUsedAtMs, nowMs)}`}
      </p>
    </ListItem>
  )
}
