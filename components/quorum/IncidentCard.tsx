'use client'
/** An open incident: what is missing, what to keep, and the words that close it. Nothing is changed while it is open. */
import { Button, TextArea } from '@patternfly/react-core'
import { useState } from 'react'
import type { Incident } from '../../server/contract/quorumView.ts'
import { formatUtc } from '../kit/words/format.ts'
import { useCloseIncident } from '../live/queries/useCloseIncident.ts'
import './incidentCard.css'

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
    <section className="qd-card qd-incident" aria-label={incident.title}>
      <h2 className="qd-h2">✕ {incident.title}</h2>
      <p>{incident.detail}</p>
      <p className="qd-small qd-dim">
        First seen {formatUtc(incident.firstSeenAtMs)}. It stays until somebody closes it, also over a restart of
        Quorumdeck; until then every wizard is refused.
      </p>
      {mayAct && (
        <details>
          <summary>Close it…</summary>
          <label htmlFor={field}>What was found, and why changes are safe again</label>
          <TextArea id={field} value={reason} onChange={(_event, text) => setReason(text)} rows={2} maxLength={2000} />
          <Button variant="danger" isDisabled={reason.trim() === '' || closing} onClick={() => close(reason)}>
            Close the incident
          </Button>
          {refused !== null && (
            <p className="qd-small" role="alert">
              {refused}
            </p>
          )}
        </details>
      )}
    </section>
  )
}
