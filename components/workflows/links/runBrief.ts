/** A run in a few words, for every page that only mentions it: state, position, who drives. Pure, and small. */
import type { Actor, WorkflowState, WorkflowSummary } from '../../../server/contract/workflows.ts'
import type { Sign } from '../../kit/words/healthWords.ts'

export interface StateSign extends Omit<Sign, 'tone'> {
  readonly tone: Sign['tone'] | 'info'
}

export function stateSign(state: WorkflowState, parked: boolean): StateSign {
  if (parked) return { glyph: '‖', word: 'parked', tone: 'plain' }
  switch (state) {
    case 'planned':
      return { glyph: '○', word: 'planned', tone: 'plain' }
    case 'running':
      return { glyph: '▸', word: 'running', tone: 'info' }
    case 'waiting':
      return { glyph: '…', word: 'waiting', tone: 'info' }
    case 'blocked':
      return { glyph: '!', word: 'blocked', tone: 'caution' }
    case 'outcomeUnknown':
      return { glyph: '?', word: 'outcome unknown', tone: 'caution' }
    case 'pausedDrift':
      return { glyph: '!', word: 'paused: voters changed', tone: 'danger' }
    case 'done':
      return { glyph: '✓', word: 'done', tone: 'ok' }
    case 'aborted':
      return { glyph: '■', word: 'aborted', tone: 'plain' }
    default:
      return state satisfies never
  }
}

export function drivesWords(driver: Actor, me: Actor | null): string {
  return driver.id === me?.id ? 'You drive' : `${driver.name} drives`
}

/** One line about a run that is going on, for the cluster page and the wall. */
export function progressWords(run: WorkflowSummary): string {
  return `step ${run.step} of ${run.steps}: ${run.stepTitle}`
}
