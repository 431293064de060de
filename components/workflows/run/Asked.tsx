'use client'
/** What a person must put in before a command is sent: a statement, ticked or typed, and a reason. */
import { Checkbox, TextInput } from '@patternfly/react-core'
import { useId } from 'react'
import { type AllowedCommand, MAX_REASON } from '../../../server/contract/workflows.ts'
import type { Draft } from './runCommands.ts'
import './asked.css'

const LONGEST_STATEMENT = 200

export interface AskedProps {
  readonly command: AllowedCommand
  readonly draft: Draft
  readonly onChange: (change: Partial<Draft>) => void
}

export function Asked({ command, draft, onChange }: AskedProps) {
  const id = useId()
  const { needsConfirmation, needsReason } = command
  if (needsConfirmation === null && !needsReason) return null
  return (
    <div className="qd-asked">
      {needsConfirmation !== null && <Statement id={id} wanted={needsConfirmation} draft={draft} onChange={onChange} />}
      {needsReason && (
        <div>
          <label htmlFor={`${id}-reason`}>Reason</label>
          <TextInput
            id={`${id}-reason`}
            value={draft.reason}
            isRequired
            maxLength={MAX_REASON}
            onChange={(_event, reason) => onChange({ reason })}
          />
          <p className="qd-small qd-dim">Kept with the run, for whoever reads it later.</p>
        </div>
      )}
    </div>
  )
}

function Statement({
  id,
  wanted,
  draft,
  onChange,
}: {
  id: string
  wanted: NonNullable<AllowedCommand['needsConfirmation']>
  draft: Draft
  onChange: AskedProps['onChange']
}) {
  const { statement, typed, why } = wanted
  if (!typed) {
    return (
      <Checkbox
        id={`${id}-tick`}
        label={sentence(statement)}
        description={why}
        isChecked={draft.ticked === statement}
        onChange={(_event, ticked) => onChange({ ticked: ticked ? statement : null })}
      />
    )
  }
  const wrong = draft.typed !== '' && !statement.startsWith(draft.typed.trim())
  return (
    <div>
      <p className="qd-asked__why">{why}</p>
      <label htmlFor={`${id}-typed`}>
        Type word for word: <span className="qd-asked__statement">{statement}</span>
      </label>
      <TextInput
        id={`${id}-typed`}
        value={draft.typed}
        isRequired
        autoComplete="off"
        spellCheck={false}
        maxLength={LONGEST_STATEMENT}
        validated={draft.typed.trim() === statement ? 'success' : wrong ? 'warning' : 'default'}
        onChange={(_event, text) => onChange({ typed: text })}
      />
    </div>
  )
}

function sentence(text: string): string {
  const first = `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return /[.!?]$/.test(first) ? first : `${first}.`
}
