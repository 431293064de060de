'use client'
/** The plan as it would be if the run began now. It is made anew every two seconds while it is looked at. */
import type { Gate, Workflow } from '../../../server/contract/workflows.ts'
import { GateTable } from '../../kit/gates/GateTable.tsx'
import { Refused } from '../../kit/gates/Refused.tsx'
import { plural } from '../../kit/words/format.ts'
import { Counterfactual } from '../shared/Counterfactual.tsx'
import { MarginStrip } from '../shared/MarginStrip.tsx'
import { Explanations, Warnings } from '../shared/Notices.tsx'

const ACTOR = { server: 'Quorumdeck', operator: 'you, on the host' } as const

export function PlanPreview({ plan, refused }: { plan: Workflow | null; refused: Error | null }) {
  if (refused !== null) {
    return (
      <section className="qd-card" aria-label="The plan">
        <h2 className="qd-h2">This cannot be started now</h2>
        <Refused error={refused} />
      </section>
    )
  }
  if (plan === null) return <section className="qd-card qd-dim">Planning…</section>
  return (
    <div className="qd-plan">
      <section className="qd-card" aria-label="The plan">
        <h2 className="qd-h2">
          The plan <span className="qd-dim">on the quorum of this moment; nothing is done yet</span>
        </h2>
        <Warnings notices={plan.notices} />
        <ol className="qd-plan__steps">
          {plan.steps.map((step, index) => (
            <li key={step.key}>
              {step.group !== '' && step.group !== plan.steps[index - 1]?.group && step.group !== step.title && (
                <p className="qd-small qd-dim">{step.group}</p>
              )}
              <p>
                <b>{step.title}</b> <span className="qd-small qd-dim">{ACTOR[step.actor]}</span>
              </p>
              {step.detail !== '' && <p className="qd-small qd-dim">{step.detail}</p>}
              <Rules gates={step.gates} open={index === 0} />
            </li>
          ))}
        </ol>
      </section>
      <div className="qd-run__side">
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
      <summary className="qd-small">
        {plural(gates.length, 'rule')}, {hold === gates.length ? 'all hold now' : `${hold} of them hold now`}
      </summary>
      <GateTable gates={gates} title="What must hold when it comes to that" ahead />
    </details>
  )
}
