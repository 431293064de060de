'use client'
/** Properties as they are and as they must be, one under the other; lines that stay come along as context. */
import type { PropertyChange } from '../../../../server/contract/nodeConfig.ts'
import './configDiff.css'

export function ConfigDiff({ lines, label }: { readonly lines: readonly PropertyChange[]; readonly label: string }) {
  return (
    <ul className="qd-diff" aria-label={label}>
      {lines.map(({ key, now, needed, why }) => (
        <li key={key}>
          {now === needed ? (
            <Line sign=" " word="stays:" text={`${key}=${now}`} />
          ) : (
            <>
              {now !== null && <Line sign="−" word="goes:" text={`${key}=${now}`} />}
              {needed !== null && <Line sign="+" word="needed:" text={`${key}=${needed}`} />}
            </>
          )}
          {why !== '' && <span className="qd-small qd-dim qd-diff__why">{why}</span>}
        </li>
      ))}
    </ul>
  )
}

function Line({ sign, word, text }: { sign: ' ' | '−' | '+'; word: string; text: string }) {
  return (
    <span className="qd-diff__line" data-sign={sign}>
      <span aria-hidden="true">{sign}</span>
      <span className="pf-v6-screen-reader">{word}</span>
      <code>{text}</code>
    </span>
  )
}
