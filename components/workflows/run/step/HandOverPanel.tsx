'use client'
/** Who moves the replicas: the own plan, or Cruise Control; its dry run, its task, and how far it has come. */
import type { HandOver } from '../../../../server/contract/cruiseControl.ts'
import { CopyButton } from '../../../kit/CopyButton.tsx'
import { dryRunWords, executorWords } from './handOverWords.ts'
import './handOverPanel.css'

export function HandOverPanel({ hand }: { hand: HandOver }) {
  const { state, says, address, problem, dryRun, taskId } = hand
  if (state === 'not-configured') return <p className="qd-small qd-dim qd-handover">{says}</p>
  const executor = executorWords(hand)
  return (
    <section className="qd-handover" aria-label="Cruise Control" data-state={state}>
      <h2 className="qd-h3">Cruise Control</h2>
      <p>{says}</p>
      {problem !== null && <p className="qd-handover__problem">{problem}</p>}
      <dl>
        {dryRun !== null && (
          <div>
            <dt>Its dry run</dt>
            <dd className="qd-num">{dryRunWords(dryRun)}</dd>
          </div>
        )}
        {executor !== '' && (
          <div>
            <dt>By its own word</dt>
            <dd className="qd-num">{executor}</dd>
          </div>
        )}
        {taskId !== null && (
          <div>
            <dt>User-Task-ID</dt>
            <dd>
              <span className="qd-mono">{taskId}</span>
              <CopyButton text={taskId} what="User-Task-ID" />
            </dd>
          </div>
        )}
        {address !== null && (
          <div>
            <dt>Address</dt>
            <dd className="qd-mono">{address}</dd>
          </div>
        )}
      </dl>
    </section>
  )
}
