/** For tests that look at one field of many steps: a step with every field that any kind has, `null` or empty where it has none. */
import { standingOf } from '../../workflows/engine/decisions/progress.ts'
import type { Facts } from '../../workflows/run/facts.ts'
import type { Run } from '../../workflows/run/run.ts'
import {
  type ChangeStep,
  changeStep,
  type HostStep,
  hostStep,
  type PartStep,
  partStep,
  type RequestStep,
  requestStep,
  type StepRule,
} from '../../workflows/run/step.ts'

type Fields<Step extends StepRule> = Omit<Step, 'kind' | 'execute'>

export type FlatStep = Fields<HostStep> &
  Fields<ChangeStep> &
  Fields<RequestStep> &
  Fields<PartStep> & { kind: StepRule['kind']; execute: ChangeStep['execute'] | null }

const WORDS = { key: '', title: '' }
const NOTHING = {
  ...hostStep(WORDS),
  ...requestStep(WORDS),
  ...partStep({ ...WORDS, part: 0 }),
  ...changeStep({ ...WORDS, execute: 'never' }),
  execute: null,
}

export function flat(step: StepRule): FlatStep {
  return { ...NOTHING, ...step }
}

export function stepsOf(run: Run, facts: Facts): FlatStep[] {
  return standingOf(run, facts).steps.map(flat)
}

export function currentOf(run: Run, facts: Facts): FlatStep | null {
  const { current } = standingOf(run, facts)
  return current === null ? null : flat(current)
}
