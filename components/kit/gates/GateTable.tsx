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
      <Table aria-label={title} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <HeadCell scope="col">{title}</HeadCell>
            <HeadCell scope="col" className="pf-m-width-25">
              Now
            </HeadCell>
            <HeadCell scope="col" className="pf-m-width-25">
              Needed
            </HeadCell>
            <HeadCell scope="col">
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
              data-tone={gate.waiting || ahead ? undefined : 'danger'}
            >
              <Cell>
                {gate.title}
                {gate.why !== '' && (whys || !gate.ok) && (
                  <div className="qd-small qd-dim">
                    {gate.why} <span className="qd-mono">{gate.source}</span>
                  </div>
                )}
                {!gate.ok && gate.remedy !== '' && (
                  <div className="qd-small">
                    <b>→ {gate.remedy}</b>
                  </div>
                )}
              </Cell>
              <Cell label="Now" className="qd-num">
                <span>{gate.observed}</span>
              </Cell>
              <Cell label="Needed" className="qd-num">
                <span>{gate.required}</span>
              </Cell>
              <Cell>
                <Verdict gate={gate} ahead={ahead} fails={fails} />
              </Cell>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {gates.some((gate) => gate.ok && gate.why !== '') && (
        <p className="qd-small">
          <Button variant="link" isInline onClick={() => setWhys(!whys)} aria-expanded={whys}>
            {whys ? 'Give reasons only for what does not hold' : 'Why each rule is there, and where it comes from'}
          </Button>
        </p>
      )}
    </>
  )
}
