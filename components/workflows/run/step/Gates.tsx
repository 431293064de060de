'use client'
/** The rules of the step that is going on. Of many, those that hold fold away, so that the button stays in sight. */
import type { Gate } from '../../../../server/contract/workflows.ts'
import { GateTable } from '../../../kit/gates/GateTable.tsx'
import { plural } from '../../../kit/words/format.ts'

const MANY = 8

export function Gates({ gates, title }: { gates: readonly Gate[]; title: string }) {
  if (gates.length <= MANY) return <GateTable gates={gates} title={title} />
  const open = gates.filter((gate) => !gate.ok)
  const holding = gates.filter((gate) => gate.ok)
  return (
    <>
      {open.length > 0 && <GateTable gates={open} title={title} />}
      {holding.length > 0 && (
        <details>
          <summary>
            <span aria-hidden="true">✓</span>{' '}
            {open.length === 0
              ? `All ${plural(holding.length, 'rule')} hold`
              : `${plural(holding.length, 'other rule')} hold`}
          </summary>
          <GateTable gates={holding} title={title} />
        </details>
      )}
    </>
  )
}
