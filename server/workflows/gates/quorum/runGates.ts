/** Of what is done without a run: no run may be in the middle of something. Pure. */
import type { Gate } from '../../../contract/workflows.ts'
import type { Run } from '../../run/run.ts'
import { gate, type Rule } from '../gate.ts'

export function noRunUnderWay(runs: readonly Run[]): Gate {
  const rule: Rule = {
    code: 'no-run-under-way',
    title: 'No guided change is going on',
    required: 'no run of this Kafka cluster that has not ended, but those that rest',
    why: 'A guided change counts on every node that it does not take away itself. Whoever stops another one meanwhile may take the one that was left.',
    source: 'one change at a time',
  }
  const going = runs.filter(({ parked }) => parked === null)
  const names = going.map(({ kind, driver }) => `${kind}, driven by ${driver.name}`).join('; ')
  return gate(rule, {
    ok: going.length === 0,
    observed: going.length === 0 ? 'none' : names,
    remedy: 'Do it as a step of that run, wait until it has ended, or park it.',
    waiting: true,
  })
}
