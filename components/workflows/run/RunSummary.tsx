'use client'
/** A run that has ended: how it came out, how long each step took, and what is kept of it. */
import Link from 'next/link'
import { took } from '../../../server/contract/words/durations.ts'
import type { Workflow } from '../../../server/contract/workflows.ts'
import { evidenceUrl, runbookUrl } from '../../live/queries/workflowApi.ts'
import { evidencePath, wizardsPath } from '../links/wizards.ts'
import { Warnings } from '../shared/Notices.tsx'
import { stepTimes } from '../shared/runWords.ts'
import { CommandLink } from './CommandLink.tsx'
import type { Controls } from './useRunControls.ts'

export function RunSummary({ run, controls }: { run: Workflow; controls: Controls }) {
  const well = run.state === 'done'
  const totalMs = run.endedAtMs === null ? null : run.endedAtMs - run.startedAtMs
  const times = stepTimes(run)
  return (
    <section className="qd-card qd-step" aria-label="How it came out">
      <p className="qd-small qd-dim qd-step__line">
        {well ? 'Done' : 'Ended early'}
        {totalMs !== null && ` · after ${took(totalMs)}`}
      </p>
      <h1 className="qd-step__now">{run.now}</h1>
      <Warnings notices={run.notices} />
      {!controls.watchOnly &&
        run.allowedCommands.map((command) => (
          <p key={command.type}>
            <CommandLink command={command} controls={controls} look="secondary" />
          </p>
        ))}
      <table className="qd-timings">
        <caption className="qd-h3">How long each step took</caption>
        <tbody>
          {run.steps.map((step) => (
            <tr key={step.key}>
              <th scope="row">{step.title}</th>
              <td className="qd-dim">{step.state === 'done' ? step.detail : 'not done'}</td>
              <td className="qd-num">
                <Took ms={times.get(step.key)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="qd-step__links">
        <Link href={evidencePath(run.id)} prefetch={false}>
          Evidence, to print
        </Link>
        <a href={evidenceUrl(run.id)} download={`evidence-${run.id}.json`}>
          Evidence as JSON
        </a>
        <a href={runbookUrl(run.id)} download={`runbook-${run.id}.md`}>
          Runbook
        </a>
        <Link href={wizardsPath(run.cluster)} prefetch={false}>
          All wizards and runs
        </Link>
      </p>
    </section>
  )
}

function Took({ ms }: { ms: number | undefined }) {
  return ms === undefined ? '–' : took(ms)
}
