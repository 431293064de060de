'use client'
/** The steps of a run, one below the other: done, going on, to come. */
import { ProgressStep, ProgressStepper } from '@patternfly/react-core'
import type { WorkflowStep } from '../../../server/contract/workflows.ts'
import './runSteps.css'

type Look = { variant: 'success' | 'info' | 'pending' | 'warning'; glyph: string; word: string }

function look(step: WorkflowStep, number: number, current: boolean): Look {
  if (step.state === 'done') return { variant: 'success', glyph: '✓', word: 'done' }
  if (step.state === 'skipped') return { variant: 'pending', glyph: '–', word: 'not done' }
  if (current) return { variant: 'info', glyph: String(number), word: 'going on' }
  return { variant: 'pending', glyph: String(number), word: 'to come' }
}

export function RunSteps({ steps, current }: { steps: readonly WorkflowStep[]; current: string | null }) {
  return (
    <ProgressStepper isVertical aria-label="Steps" className="qd-steps">
      {steps.map((step, index) => {
        const { variant, glyph, word } = look(step, index + 1, step.key === current)
        return (
          <ProgressStep
            key={step.key}
            id={`step-${step.key}`}
            titleId={`step-${step.key}-title`}
            variant={variant}
            isCurrent={step.key === current}
            data-state={step.state}
            description={step.detail}
            aria-label={`Step ${index + 1}, ${step.title}: ${word}`}
            icon={<span className="qd-num">{glyph}</span>}
          >
            {step.group !== '' && step.group !== steps[index - 1]?.group && step.group !== step.title && (
              <span className="qd-small qd-dim qd-steps__group">{step.group}</span>
            )}
            {step.title}
          </ProgressStep>
        )
      })}
    </ProgressStepper>
  )
}
