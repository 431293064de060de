/** What came of a request, in words, as the journal keeps it. Pure. */
import { type ChangeOutcome, type ClusterAct, isHandOver } from '../../run/ports.ts'
import type { PendingEntry } from './advance.ts'

/** @param handedOver whether Cruise Control was asked, not the leader */
export function outcomeText(outcome: ChangeOutcome, handedOver = false): string {
  const [who, proof] = handedOver ? ['Cruise Control', 'metadata log'] : ['The leader', 'quorum']
  switch (outcome.kind) {
    case 'answered': {
      const { errorCode, errorName, errorMessage, taskId } = outcome
      const said = errorMessage === null || errorMessage === 'NONE' ? '' : `: ${errorMessage}`
      const task = taskId == null ? '' : `, User-Task-ID ${taskId}`
      return errorCode === 0
        ? `${who} answered: done${task}. Waiting for the ${proof} to prove it.`
        : `${who} answered ${errorName}${said}. Waiting for the ${proof} to show what became of it.`
    }
    case 'not-sent':
      return `Not sent: ${outcome.problem}`
    case 'unanswered':
      return `No answer: ${outcome.problem} It may or may not have been done; nothing is sent again until the ${proof} proves which.`
    default:
      return outcome satisfies never
  }
}

/** Of a request whose process has ended: nobody knows. */
export function lostRequest(step: string, actSeq: number, act: ClusterAct): PendingEntry {
  const outcome: ChangeOutcome = { kind: 'unanswered', problem: 'Quorumdeck stopped before the answer came.' }
  return { type: 'acted', step, actSeq, outcome, durationMs: 0, text: outcomeText(outcome, isHandOver(act)) }
}
