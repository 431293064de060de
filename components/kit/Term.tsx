/** A word with its definition, on hover and on focus (see `TermTip`). */
import type { Term as TermName } from './definitions.ts'

export function Term({ of, children }: { of: TermName; children: string }) {
  return (
    <button type="button" className="qd-term" data-term={of}>
      {children}
    </button>
  )
}
