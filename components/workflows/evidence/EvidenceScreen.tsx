'use client'
/** Everything that was kept of a run, made to be printed: for a ticket, a review, a court. */
import { Button } from '@patternfly/react-core'
import Link from 'next/link'
import { useEffect } from 'react'
import { took } from '../../../server/contract/words/durations.ts'
import type { Evidence } from '../../../server/contract/workflows.ts'
import { GateTable } from '../../kit/gates/GateTable.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { useEvidence } from '../../live/queries/useEvidence.ts'
import { evidenceUrl } from '../../live/queries/workflowApi.ts'
import { stateSign } from '../links/runBrief.ts'
import { runPath } from '../links/wizards.ts'
import { UnknownRun } from '../shared/UnknownRun.tsx'
import { EvidenceEntries } from './EvidenceEntries.tsx'
import './evidence.css'

export function EvidenceScreen({ id }: { id: string }) {
  const { evidence, error } = useEvidence(id)
  useEffect(() => {
    document.title = `Evidence · ${evidence?.workflow.title ?? id} · Quorumdeck`
  }, [evidence?.workflow.title, id])
  if (evidence === null) return <UnknownRun error={error} again={() => location.reload()} />
  return (
    <>
      <AppHeader>
        <Link className="qd-header__link" href={runPath(id)} prefetch={false}>
          The run
        </Link>
        <span className="qd-header__quiet">Evidence</span>
      </AppHeader>
      <main id="main" className="qd-main qd-evidence">
        <Head evidence={evidence} />
        <Steps evidence={evidence} />
        <Thresholds thresholds={evidence.thresholds} />
        <EvidenceEntries entries={evidence.entries} />
      </main>
    </>
  )
}

const moment = (atMs: number) => new Date(atMs).toISOString().replace('T', ' ').replace('Z', ' UTC')

function Head({ evidence }: { evidence: Evidence }) {
  const { workflow } = evidence
  const sign = stateSign(workflow.state, workflow.parked !== null)
  const facts: readonly (readonly [string, string])[] = [
    ['State', `${sign.glyph} ${sign.word}: ${workflow.now}`],
    ['Reason', workflow.reason === '' ? 'none given' : workflow.reason],
    ['Cluster', `${workflow.cluster}, Kafka’s cluster id ${workflow.clusterId}`],
    ['Run', `${workflow.id}, revision ${workflow.revision}`],
    ['Driven by', `${workflow.driver.name} (${workflow.driver.id})`],
    ['Started', moment(workflow.startedAtMs)],
    ['Ended', workflow.endedAtMs === null ? 'not yet' : moment(workflow.endedAtMs)],
  ]
  return (
    <section className="qd-card" aria-label="The run">
      <h1 className="qd-evidence__title">Evidence: {workflow.title}</h1>
      <dl className="qd-evidence__facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="qd-evidence__tools">
        <Button variant="secondary" size="sm" onClick={() => window.print()}>
          Print
        </Button>
        <a href={evidenceUrl(workflow.id)} download={`evidence-${workflow.id}.json`}>
          Download as JSON
        </a>
      </p>
    </section>
  )
}

function Steps({ evidence }: { evidence: Evidence }) {
  const { workflow, timings } = evidence
  return (
    <section className="qd-card" aria-label="Steps">
      <h2 className="qd-h2">Steps</h2>
      <ol className="qd-evidence__steps">
        {workflow.steps.map((step) => {
          const timing = timings.find((one) => one.step === step.key)
          return (
            <li key={step.key}>
              <h3 className="qd-h3">
                {step.title} <span className="qd-dim">{step.state}</span>
                {timing !== undefined && <span className="qd-dim"> · {took(timing.ms)}</span>}
              </h3>
              {step.detail !== '' && <p className="qd-small">{step.detail}</p>}
              {step.evidence.map((note) => (
                <p key={`${note.atMs} ${note.text}`} className="qd-small">
                  <span className="qd-mono qd-dim">{moment(note.atMs)}</span> {note.text}
                </p>
              ))}
              {step.gates.length > 0 && <GateTable gates={step.gates} title="Rules" />}
            </li>
          )
        })}
      </ol>
    </section>
  )
}

function Thresholds({ thresholds }: { thresholds: Evidence['thresholds'] }) {
  if (thresholds.length === 0) return null
  return (
    <section className="qd-card" aria-label="Thresholds">
      <h2 className="qd-h2">Figures that the rules used</h2>
      <dl className="qd-evidence__facts">
        {thresholds.map(({ name, value, source }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value} <span className="qd-dim">({source})</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
