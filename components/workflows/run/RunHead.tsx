'use client'
/** The left card: what this run is, its steps, and what may be done with the run as a whole. */
import Link from 'next/link'
import type { Workflow } from '../../../server/contract/workflows.ts'
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
    <section className="qd-card qd-runhead" aria-label="The run">
      <h2 className="qd-h2">{run.title}</h2>
      <p className="qd-small qd-dim qd-runhead__state">
        <Tag tone={sign.tone} glyph={sign.glyph}>
          {sign.word}
        </Tag>{' '}
        Started {formatMoment(run.startedAtMs, newestMs)}
        {run.reason === '' ? '' : `: “${run.reason}”`}
      </p>
      <RunSteps steps={run.steps} current={run.currentStep} />
      {run.endedAtMs === null && (
        <>
          <ul className="qd-runhead__links">
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
          </ul>
          {!controls.watchOnly && <ActorName />}
        </>
      )}
    </section>
  )
}
