'use client'
/** Everything that was kept of a run, made to be printed: for a ticket, a review, a court. */
import { Button, Flex, List, Title } from '@patternfly/react-core'
import { useEffect } from 'react'
import { took } from '../../../server/contract/words/durations.ts'
import type { Evidence } from '../../../server/contract/workflows.ts'
import { Link } from '../../kit/address/Link.tsx'
import { type Fact, Facts } from '../../kit/Facts.tsx'
import { GateTable } from '../../kit/gates/GateTable.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { Section } from '../../kit/Section.tsx'
import { Subtitle } from '../../kit/Subtitle.tsx'
import { useEvidence } from '../../live/queries/useEvidence.ts'
import { evidenceUrl } from '../../live/queries/workflowApi.ts'
import { stateSign } from '../links/runBrief.ts'
import { runPath } from '../links/wizards.ts'
import { UnknownRun } from '../shared/UnknownRun.tsx'
import { EvidenceEntries } from './EvidenceEntries.tsx'

export function EvidenceScreen({ id }: { id: string }) {
  const { evidence, error } = useEvidence(id)
  useEffect(() => {
    document.title = `Evidence · ${evidence?.workflow.title ?? id} · Quorumdeck`
  }, [evidence?.workflow.title, id])
  if (evidence === null) return <UnknownRun error={error} again={() => location.reload()} />
  return (
    <>
      <AppHeader>
        <Link href={runPath(id)} prefetch={false}>
          The run
        </Link>
        <span className="qd-dim">Evidence</span>
      </AppHeader>
      <main id="main" className="qd-main qd-main--narrow">
        <Head evidence={evidence} />
        <Steps evidence={evidence} />
        <Thresholds thresholds={evidence.thresholds} />
        <EvidenceEntries entries={evidence.entries} notes={evidence.notes} />
      </main>
    </>
  )
}

const moment = (atMs: number) => new Date(atMs).toISOString().replace('T', ' ').replace('Z', ' UTC')

function Head({ evidence }: { evidence: Evidence }) {
  const { workflow } = evidence
  const sign = stateSign(workflow.state, workflow.parked !== null)
  const facts: readonly Fact[] = [
    ['State', `${sign.glyph} ${sign.word}: ${workflow.now}`],
    ['Reason', workflow.reason === '' ? 'none given' : workflow.reason],
    ['Cluster', `${workflow.cluster}, Kafka’s cluster id ${workflow.clusterId}`],
    ['Run', `${workflow.id}, revision ${workflow.revision}`],
    ['Driven by', `${workflow.driver.name} (${workflow.driver.id})`],
    ['Started', moment(workflow.startedAtMs)],
    ['Ended', workflow.endedAtMs === null ? 'not yet' : moment(workflow.endedAtMs)],
  ]
  return (
    <Section label="The run">
      <Title headingLevel="h1" size="xl">
        Evidence: {workflow.title}
      </Title>
      <Facts isHorizontal facts={facts} />
      <Flex className="qd-screen-only">
        <Button variant="secondary" size="sm" onClick={() => window.print()}>
          Print
        </Button>
        <a href={evidenceUrl(workflow.id)} download={`evidence-${workflow.id}.json`}>
          Download as JSON
        </a>
      </Flex>
    </Section>
  )
}

function Steps({ evidence }: { evidence: Evidence }) {
  const { workflow, timings } = evidence
  return (
    <Section title="Steps">
      <List component="ol" isPlain isBordered>
        {workflow.steps.map((step) => {
          const timing = timings.find((one) => one.step === step.key)
          return (
            <li key={step.key}>
              <Subtitle level="h3">
                {step.title} <span className="qd-dim">{step.state}</span>
                {timing !== undefined && <span className="qd-dim"> · {took(timing.ms)}</span>}
              </Subtitle>
              {step.detail !== '' && <p>{step.detail}</p>}
              {step.evidence.map((note) => (
                <p key={`${note.atMs} ${note.text}`} className="qd-small">
                  <span className="qd-mono qd-dim">{moment(note.atMs)}</span> {note.text}
                </p>
              ))}
              {step.gates.length > 0 && <GateTable gates={step.gates} title="Rules" />}
            </li>
          )
        })}
      </List>
    </Section>
  )
}

function Thresholds({ thresholds }: { thresholds: Evidence['thresholds'] }) {
  if (thresholds.length === 0) return null
  return (
    <Section title="Figures that the rules used" label="Thresholds">
      <Facts
        isFluid
        facts={thresholds.map(({ name, value, source }) => [
          name,
          <>
            {value} <span className="qd-dim">({source})</span>
          </>,
        ])}
      />
    </Section>
  )
}
