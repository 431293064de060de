'use client'
/** Everybody who is known here: what they may do, since when, and taking it away. */
import { Button, List, ListItem } from '@patternfly/react-core'
import { useState } from 'react'
import type { PersonView } from '../../../server/contract/access/people.ts'
import { Refused } from '../../kit/gates/Refused.tsx'
import { Section } from '../../kit/Section.tsx'
import { Tag } from '../../kit/Tag.tsx'
import { formatMoment } from '../../kit/words/format.ts'
import { type PeopleHere, usePeople } from '../../live/queries/access/useAccess.ts'
import { grantsText } from '../rightsWords.ts'
import { EditUserForm, NewUserForm } from './UserForms.tsx'

const SOURCES: Record<PersonView['source'], string> = {
  user: 'user of this server',
  oidc: 'through the company',
  proxy: 'through the proxy',
}

export function PeopleSection({ readOnly }: { readonly readOnly: boolean }) {
  const people = usePeople()
  const [adding, setAdding] = useState(false)
  return (
    <Section title="People" note={people.people?.length}>
      {readOnly ? (
        <p>This Quorumdeck is read-only: nobody is added or changed.</p>
      ) : adding ? (
        <NewUserForm people={people} onDone={() => setAdding(false)} />
      ) : (
        <div>
          <Button variant="secondary" onClick={() => setAdding(true)}>
            Add a user…
          </Button>
        </div>
      )}
      {people.people?.length === 0 && <p className="qd-dim">Nobody has signed in by name yet.</p>}
      <List isPlain isBordered>
        {(people.people ?? []).map((person) => (
          <Line key={person.id} person={person} people={people} readOnly={readOnly} />
        ))}
      </List>
      {people.refused !== null && <Refused error={people.refused} />}
    </Section>
  )
}

function Line({
  person,
  people,
  readOnly,
}: {
  readonly person: PersonView
  readonly people: PeopleHere
  readonly readOnly: boolean
}) {
  const [editing, setEditing] = useState(false)
  const { id, name, login, source, grants, missed, disabled, createdBy, createdAtMs, lastSignInAtMs } = person
  const nowMs = Date.now()
  return (
    <ListItem>
      <p>
        <b>{name}</b> {login !== null && <span className="qd-mono">{login}</span>} · {SOURCES[source]} ·{' '}
        {grantsText(grants)} {disabled && <Tag tone="danger">disabled</Tag>}{' '}
        {!readOnly && (
          <>
            {source === 'user' && (
              <Button variant="link" isInline aria-label={`Edit ${name}`} onClick={() => setEditing(!editing)}>
                Edit
              </Button>
            )}{' '}
            <Button
              variant="link"
              isInline
              isDanger={!disabled}
              isDisabled={people.busy}
              aria-label={`${disabled ? 'Enable' : 'Disable'} ${name}`}
              onClick={() => people.edit(id, { disabled: !disabled }, () => {})}
            >
              {disabled ? 'Enable' : 'Disable'}
            </Button>
          </>
        )}
      </p>
      <p className="qd-small qd-dim">
        {source === 'user' ? `Made by ${createdBy} ${formatMoment(createdAtMs, nowMs)}, ` : ''}
        {lastSignInAtMs === null ? 'never signed in' : `signed in last ${formatMoment(lastSignInAtMs, nowMs)}`}
      </p>
      {missed.map((line) => (
        <p key={line} className="qd-small qd-dim">
          {line}
        </p>
      ))}
      {editing && <EditUserForm person={person} people={people} onDone={() => setEditing(false)} />}
    </ListItem>
  )
}
