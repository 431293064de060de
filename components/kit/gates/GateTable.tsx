'use client'
/** Every rule of a step, with its value now and the value needed. The verdicts are the server's. */
import { Button } from '@patternfly/react-core'
import { Table, Tbody, Thead, Tr } from '@patternfly/react-table'
import { useState } from 'react'
import type { Gate } from '../../../server/contract/workflows.ts'
import { Cell, HeadCell } from '../Cell.tsx'
import { Tag } from '../Tag.tsx'
import './gateTable.css'

function Verdict({ gate, ahead, fails }: { gate: Gate; ahead: boolean; fails: string }) {
  if (gate.ok) {
    return (
      <Tag tone="ok" glyph="✓">
        holds
      </Tag>
    )
  }
  return gate.waiting ? (
    <Tag tone="info" glyph="…">
      waiting
    </Tag>
  ) : ahead ? (
    <Tag tone="caution" glyph="○">
      not yet
    </Tag>
  ) : (
    <Tag tone="danger" glyph="✕">
      {fails}
    </Tag>
  )
}

export function GateTable({
  gates,
  title,
  ahead = false,
  fails = 'refused',
}: {
  gates: readonly Gate[]
  title: string
  /** Rules of a step that has not begun: one that does not hold refuses nothing yet. */
  ahead?: boolean
  /** The word for what does not hold, and will not by waiting. */
  fails?: string
}) {
  const [whys, setWhys] = useState(false)
  return (
    <>
      <Table aria-label={title} variant="compact" gridBreakPoint="" className="qd-gates">
        <Thead>
          <Tr>
            <HeadCell scope="col">{title}</HeadCell>
            <HeadCell scope="col" className="qd-gates__now">
              Now
            </HeadCell>
            <HeadCell scope="col" className="qd-gates__needed">
              Needed
            </HeadCell>
            <HeadCell scope="col" className="qd-gates__verdict">
              <span className="pf-v6-screen-reader">Verdict</span>
            </HeadCell>
          </Tr>
        </Thead>
        <Tbody>
          {gates.map((gate) => (
            <Tr
              key={gate.code}
              className="qd-gate"
              data-code={gate.code}
              data-ok={gate.ok}
              data-waiting={gate.waiting || (ahead && !gate.ok)}
            >
              <Cell label={title} className="qd-gates__what">
                {gate.title}
                {gate.why !== '' && (whys || !gate.ok) && (
                  <span className="qd-gates__why">
                    {gate.why} <span className="qd-gates__source">{gate.source}</span>
                  </span>
                )}
                {!gate.ok && gate.remedy !== '' && <span className="qd-gates__remedy">→ {gate.remedy}</span>}
              </Cell>
              <Cell label="Now" className="qd-gates__now">
                <span>{gate.observed}</span>
              </Cell>
              <Cell label="Needed" className="qd-gates__needed">
                <span>{gate.required}</span>
              </Cell>
              <Cell className="qd-gates__verdict">
                <Verdict gate={gate} ahead={ahead} fails={fails} />
              </Cell>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {gates.some((gate) => gate.ok && gate.why !== '') && (
        <p className="qd-gates__whys">
          <Button variant="link" isInline onClick={() => setWhys(!whys)} aria-expanded={whys}>
            {whys ? 'Show only what does not hold with its reason' : 'Why each rule is there, and where it comes from'}
          </Button>
        </p>
      )}
    </>
  )
}
