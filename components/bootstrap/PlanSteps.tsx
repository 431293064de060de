'use client'
/** The steps of a plan with what is typed on which host, each to be copied. */
import type { PlannedStep } from '../../server/contract/bootstrap.ts'
import { CommandText } from '../kit/gates/CommandText.tsx'
import { Prints } from '../kit/gates/Prints.tsx'

/** Of many, only the first are open: the rest differ in the host. */
const MANY = 3

export function PlanSteps({ steps }: { steps: readonly PlannedStep[] }) {
  return (
    <ol className="qd-plan__steps">
      {steps.map(({ key, title, why, commands, lookingFor }) => (
        <li key={key}>
          <p>
            <b>{title}</b>
          </p>
          <p className="qd-small qd-dim">{why}</p>
          <ol className="qd-boot__commands">
            {commands.map(({ host, text, prints, note }, i) => (
              <li key={`${host} ${text}`}>
                <details open={i < MANY}>
                  <summary className="qd-small">
                    on <b>{host}</b>
                  </summary>
                  <CommandText text={text} what={`command ${i + 1} of ${title}, for ${host}`} />
                  <Prints prints={prints} />
                  {note !== '' && <p className="qd-small qd-dim">{note}</p>}
                </details>
              </li>
            ))}
          </ol>
          <ul className="qd-boot__looking qd-small" aria-label={`What to see after: ${title}`}>
            {lookingFor.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  )
}
