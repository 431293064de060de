'use client'
/** An open incident: what is missing, what to keep, and the words that close it. Nothing is changed while it is open. */
import { ActionGroup, Button, Form, FormGroup, TextArea } from '@patternfly/react-core'
import { useState } from 'react'
import type { Incident } from '../../server/contract/quorumView.ts'
import { Section } from '../kit/Section.tsx'
import { formatUtc } from '../kit/words/format.ts'
import { useCloseIncident } from '../live/queries/useCloseIncident.ts'

export default function IncidentCard({
  cluster,
  incident,
  mayAct,
}: {
  cluster: string
  incident: Incident
  mayAct: boolean
}) {
  const [reason, setReason] = useState('')
  const { close, closing, refused } = useCloseIncident(cluster, incident.id)
  const field = `incident-${incident.id}`
  return (
    <Section title={`✕ ${incident.title}`} label={incident.title}>
      <p>{incident.detail}</p>
      <p className="qd-small qd-dim">
        First seen {formatUtc(incident.firstSeenAtMs)}. It stays open until somebody closes it, even across a restart of
        Quorumdeck; until then every wizard is refused.
      </p>
      {mayAct && (
        <details>
          <summary>Close it…</summary>
          <Form>
            <FormGroup label="What was found, and why changes are safe again" fieldId={field}>
              <TextArea
                id={field}
                value={reason}
                onChange={(_event, text) => setReason(text)}
                rows={2}
                maxLength={2000}
              />
            </FormGroup>
            <ActionGroup>
              <Button variant="danger" isDisabled={reason.trim() === '' || closing} onClick={() => close(reason)}>
                Close the incident
              </Button>
            </ActionGroup>
          </Form>
          {refused !== null && (
            <p className="qd-small" role="alert">
              {refused}
            </p>
          )}
        </details>
      )}
    </Section>
  )
}
