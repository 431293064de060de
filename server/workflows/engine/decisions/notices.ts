/** What a person should know of a run, beside its steps. Pure. */
import type { Workflow } from '../../../contract/workflows.ts'
import type { Facts } from '../../run/facts.ts'
import { isOffline } from '../../run/offline.ts'
import type { Run } from '../../run/run.ts'
import type { StepRule } from '../../run/step.ts'
import { debtOf, isOwedStill } from '../../wizards/debt.ts'
import { focusOf } from '../../wizards/parts.ts'

/** @param current the step that is going on */
export function noticesOf(run: Run, current: StepRule | null, facts: Facts): Workflow['notices'] {
  const { view } = facts
  const notices: Workflow['notices'] = []
  if (run.outcome !== null) {
    if (!isOwedStill(run, facts)) return notices
    const left = debtOf(run, facts).texts.join(' ')
    const text = `${left} It is still as this run set it; somebody may have set the same value since. Clean it up here.`
    return [{ severity: 'warning', title: 'Set by this run, and not taken back', text }]
  }
  if (facts.elsewhere !== undefined) {
    notices.push({
      severity: 'critical',
      title: 'The cluster of this run is not watched',
      text: `Nothing is checked, sent or recorded until the Kafka cluster ${run.clusterId} is seen again, under any name. Add it to the configuration, or end the run.`,
    })
  }
  const { texts } = facts.log === null ? { texts: [] } : debtOf(run, facts)
  if (texts.length > 0) {
    notices.push({ severity: 'info', title: 'Set by this run, to be taken back', text: texts.join(' ') })
  }
  const whole = run.plan.orderWhy
  const part = focusOf(run).plan.orderWhy
  if (whole !== '') notices.push({ severity: 'info', title: 'Why this order', text: whole })
  if (part !== '' && part !== whole) {
    const title = whole === '' ? 'Why this order' : 'Why this order within the part'
    notices.push({ severity: 'info', title, text: part })
  }
  if (run.plan.autoJoin && run.kind !== 'remove-controller') {
    notices.push({
      severity: 'info',
      title: 'Auto-join is on',
      text: 'The controller changes the voters by itself. Quorumdeck sends nothing; it watches and verifies.',
    })
  }
  if (run.lastFailure !== null && run.lastFailure.step === current?.key) {
    notices.push({ severity: 'warning', title: 'The last attempt was not applied', text: run.lastFailure.text })
  }
  const last = run.notes.findLast((n) => n.step === current?.key)
  if (last !== undefined && last.hostsProblem !== null) {
    notices.push({ severity: 'warning', title: 'The sandbox could not do it', text: last.hostsProblem })
  }
  if (run.drift !== null) {
    notices.push({
      severity: 'critical',
      title: 'Somebody else changed the voters',
      text: 'Nothing is sent until a person decides: plan anew on the voters as they are, or leave it.',
    })
  }
  const shrunk = run.expected.length < run.plan.initial.length && run.kind === 'replace-disk'
  if (shrunk && run.drift === null) {
    notices.push({
      severity: 'warning',
      title: `The quorum has ${run.expected.length} voters until the new incarnation is added`,
      text: 'This run is not finished: until then fewer controllers may fail than planned.',
    })
  }
  for (const finding of view?.findings ?? []) {
    if (finding.code === 'endpoint-unresolved' || finding.code === 'static-voters-left') {
      notices.push({ severity: 'warning', title: finding.title, text: finding.detail })
    }
    if (finding.code === 'majority-lost')
      notices.push({ severity: 'critical', title: finding.title, text: finding.detail })
  }
  if (view?.quorum.leaderId === null && run.intent === null && !isOffline(run)) {
    notices.push({
      severity: 'critical',
      title: 'Nobody leads',
      text: 'No voter change is possible now. An election takes seconds; if none succeeds, start the controllers that are down.',
    })
  }
  return notices
}
