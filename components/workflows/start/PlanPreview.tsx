'use client'
/** The plan as it would be if the run began now. It is made anew every two seconds while it is looked at. */
import { List } from '@patternfly/react-core'
import type { Gate, Workflow } from '../../../server/contract/workflows.ts'
import { GateTable } from '../../kit/gates/GateTable.tsx'
import { Refused } from '../../kit/gates/Refused.tsx'
import { Section } from '../../kit/Section.tsx'
import { plural } from '../../kit/words/format.ts'
import { Counterfactual } from '../shared/Counterfactual.tsx'
import { MarginStrip } from '../shared/MarginStrip.tsx'
import { Explanations, Warnings } from '../shared/Notices.tsx'
import { RecoveryPanel } from '../shared/RecoveryPanel.tsx'

const ACTOR = { server: 'Quorumdeck', operator: 'you, on the host' } as const

export function PlanPreview({ plan, refused }: { plan: Workflow | null; refused: Error | null }) {
  if (refused !== null) {
    return (
      <Section title="This cannot be started now" label="The plan">
        <Refused error={refused} />
      </Section>
    )
  }
  if (plan === null) return <Section className="qd-dim">Planning…</Section>
  return (
    <div className="qd-split">
      <Section title="The plan" note="for the quorum as it is now; nothing is done yet">
        <Warnings notices={plan.notices} />
        <List component="ol">
          {plan.steps.map((step, index) => (
            <li key={step.key}>
              {step.group !== '' && step.group !== plan.steps[index - 1]?.group && step.group !== step.title && (
                <p className="qd-dim">{step.group}</p>
              )}
              <p>
                <b>{step.title}</b> <span className="qd-small qd-dim">{ACTOR[step.actor]}</span>
              </p>
              {step.detail !== '' && <p className="qd-dim">{step.detail}</p>}
              <Rules gates={step.gates} open={index === 0} />
            </li>
          ))}
        </List>
      </Section>
      <div className="qd-column">
        {plan.recovery !== null && <RecoveryPanel recovery={plan.recovery} />}
        {plan.margins.length > 0 && <MarginStrip stages={plan.margins} />}
        {plan.counterfactual !== null && <Counterfactual of={plan.counterfactual} />}
        <Explanations notices={plan.notices} />
      </div>
    </div>
  )
}

/** Those of the first step are what stands between now and the beginning; the others are a look ahead. */
function Rules({ gates, open }: { gates: readonly Gate[]; open: boolean }) {
  if (gates.length === 0) return null
  const hold = gates.filter((gate) => gate.ok).length
  return (
    <details open={open}>
      <summary>
        {plural(gates.length, 'rule')}, {hold === gates.length ? 'all hold now' : `${hold} of them hold now`}
      </summary>
      <GateTable gates={gates} title="What must hold when its turn comes" ahead />
    </details>
  )
}
