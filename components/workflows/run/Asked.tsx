'use client'
/** What a person must put in before a command is sent: a statement, ticked or typed, and a reason. */
import { Checkbox, Form, FormGroup, TextInput } from '@patternfly/react-core'
import { useId } from 'react'
import { type AllowedCommand, MAX_REASON } from '../../../server/contract/workflows.ts'
import { Hint } from '../../kit/Hint.tsx'
import type { Draft } from './runCommands.ts'

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
    <Form isWidthLimited onSubmit={(event) => event.preventDefault()}>
      {needsConfirmation !== null && <Statement id={id} wanted={needsConfirmation} draft={draft} onChange={onChange} />}
      {needsReason && (
        <FormGroup label="Reason" fieldId={`${id}-reason`}>
          <TextInput
            id={`${id}-reason`}
            value={draft.reason}
            isRequired
            maxLength={MAX_REASON}
            onChange={(_event, reason) => onChange({ reason })}
          />
          <Hint>Kept with the run, for whoever reads it later.</Hint>
        </FormGroup>
      )}
    </Form>
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
    <FormGroup
      label={
        <>
          Type word for word: <span className="qd-mono">{statement}</span>
        </>
      }
      fieldId={`${id}-typed`}
    >
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
      <Hint>{why}</Hint>
    </FormGroup>
  )
}

function sentence(text: string): string {
  const first = `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return /[.!?]$/.test(first) ? first : `${first}.`
}
