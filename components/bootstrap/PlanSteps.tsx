'use client'
/** The steps of a plan with what is typed on which host, each to be copied. */
import { HelperText, HelperTextItem, List } from '@patternfly/react-core'
import type { PlannedStep } from '../../server/contract/bootstrap.ts'
import { CommandText } from '../kit/gates/CommandText.tsx'
import { Prints } from '../kit/gates/Prints.tsx'

/** Of many, only the first are open: the rest differ in the host. */
const MANY = 3

export function PlanSteps({ steps }: { steps: readonly PlannedStep[] }) {
  return (
    <List component="ol">
      {steps.map(({ key, title, why, commands, lookingFor }) => (
        <li key={key}>
          <div className="qd-flow">
            <b>{title}</b>
            <p className="qd-dim">{why}</p>
            <List component="ol" isPlain>
              {commands.map(({ host, text, prints, note }, i) => (
                <li key={`${host} ${text}`}>
                  <details open={i < MANY}>
                    <summary>
                      on <b>{host}</b>
                    </summary>
                    <CommandText text={text} what={`command ${i + 1} of ${title}, for ${host}`} />
                    <Prints prints={prints} />
                    {note !== '' && <p className="qd-small qd-dim">{note}</p>}
                  </details>
                </li>
              ))}
            </List>
            <HelperText component="ul" aria-label={`What to see after: ${title}`}>
              {lookingFor.map((text) => (
                <HelperTextItem key={text} component="li" icon="✓">
                  {text}
                </HelperTextItem>
              ))}
            </HelperText>
          </div>
        </li>
      ))}
    </List>
  )
}
