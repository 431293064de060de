'use client'
/** The left card: what this run is, its steps, and what may be done with the run as a whole. */
import { List, ListVariant } from '@patternfly/react-core'
import type { Workflow } from '../../../server/contract/workflows.ts'
import { Link } from '../../kit/address/Link.tsx'
import { Section } from '../../kit/Section.tsx'
import { Tag } from '../../kit/Tag.tsx'
import { formatMoment } from '../../kit/words/format.ts'
import { runbookUrl } from '../../live/queries/workflowApi.ts'
import { stateSign } from '../links/runBrief.ts'
import { evidencePath, runbookPath } from '../links/wizards.ts'
import { ActorName } from '../shared/ActorName.tsx'
import { CommandLink } from './CommandLink.tsx'
import { RunSteps } from './RunSteps.tsx'
import { places } from './runCommands.ts'
import type { Controls } from './useRunControls.ts'

export function RunHead({ run, controls }: { run: Workflow; controls: Controls }) {
  const { side, takeOver } = places(run)
  const sign = stateSign(run.state, run.parked !== null)
  const newestMs = run.log[0]?.atMs ?? run.startedAtMs
  return (
    <Section title={run.title} label="The run">
      <p className="qd-dim">
        <Tag tone={sign.tone} glyph={sign.glyph}>
          {sign.word}
        </Tag>{' '}
        Started {formatMoment(run.startedAtMs, newestMs)}
        {run.reason === '' ? '' : `: “${run.reason}”`}
      </p>
      <RunSteps steps={run.steps} current={run.currentStep} />
      {run.endedAtMs === null && (
        <>
          <List isPlain variant={ListVariant.inline}>
            <li>
              <a href={runbookUrl(run.id)} download={`runbook-${run.id}.md`}>
                Runbook
              </a>
            </li>
            <li>
              <Link href={runbookPath(run.id)} prefetch={false}>
                Print it
              </Link>
            </li>
            <li>
              <Link href={evidencePath(run.id)} prefetch={false}>
                Evidence
              </Link>
            </li>
            {!controls.watchOnly &&
              controls.drives &&
              side.map((command) => (
                <li key={`${command.type} ${command.label}`}>
                  <CommandLink command={command} controls={controls} />
                </li>
              ))}
            {!controls.watchOnly && !controls.drives && takeOver !== null && (
              <li>
                <CommandLink command={takeOver} controls={controls} />
              </li>
            )}
          </List>
          {!controls.watchOnly && <ActorName />}
        </>
      )}
    </Section>
  )
}
