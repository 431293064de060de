'use client'
/** Who moves the replicas: the own plan, or Cruise Control; its dry run, its task, and how far it has come. */
import { HelperText, HelperTextItem } from '@patternfly/react-core'
import type { HandOver } from '../../../../server/contract/cruiseControl.ts'
import { CopyButton } from '../../../kit/CopyButton.tsx'
import { type Fact, Facts } from '../../../kit/Facts.tsx'
import { Subtitle } from '../../../kit/Subtitle.tsx'
import { dryRunWords, executorWords } from './handOverWords.ts'

export function HandOverPanel({ hand }: { hand: HandOver }) {
  const { state, says, address, problem, dryRun, taskId } = hand
  if (state === 'not-configured') return <p className="qd-dim">{says}</p>
  const executor = executorWords(hand)
  const facts: Fact[] = [
    ...(dryRun === null ? [] : [['Its dry run', dryRunWords(dryRun)] as const]),
    ...(executor === '' ? [] : [['It reports', executor] as const]),
    ...(taskId === null ? [] : [['User-Task-ID', <TaskId key="task" id={taskId} />] as const]),
    ...(address === null ? [] : [['Address', address] as const]),
  ]
  return (
    <section className="qd-flow" aria-label="Cruise Control" data-state={state}>
      <Subtitle>Cruise Control</Subtitle>
      <p>{says}</p>
      {problem !== null && (
        <HelperText>
          <HelperTextItem variant="warning">{problem}</HelperTextItem>
        </HelperText>
      )}
      <Facts isFluid className="qd-num" facts={facts} />
    </section>
  )
}

function TaskId({ id }: { id: string }) {
  return (
    <>
      <span className="qd-mono">{id}</span> <CopyButton text={id} what="User-Task-ID" />
    </>
  )
}
