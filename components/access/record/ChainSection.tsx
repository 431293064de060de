'use client'
/** What the record is worth: whether its chain is whole, how far it goes back, and who else has it. */
import { Alert, Button } from '@patternfly/react-core'
import type { AuditState } from '../../../server/contract/access/audit.ts'
import { Section } from '../../kit/Section.tsx'
import { formatCount, formatMoment } from '../../kit/words/format.ts'
import { useRecordState } from '../../live/queries/access/useRecord.ts'

export function ChainSection() {
  const { state, verify, verifying } = useRecordState()
  if (state === null) return <p className="qd-dim">Asking what the record is worth…</p>
  return (
    <Section label="What the record is worth">
      <Verdict state={state} />
      {state.problem !== '' && (
        <Alert
          isInline
          component="p"
          variant="danger"
          title={`${formatCount(state.waiting)} entries are not written down yet.`}
        >
          {state.problem}. They are kept in memory and written when the disk takes them; a server that ends before loses
          them.
        </Alert>
      )}
      {state.forwarding.map(({ to, seq, problem }) =>
        problem === '' ? (
          <p key={to} className="qd-dim">
            Handed on to {to}, up to entry {formatCount(seq)}.
          </p>
        ) : (
          <Alert
            key={to}
            isInline
            component="p"
            variant="warning"
            title={`Not handed on to ${to} since entry ${formatCount(seq)}.`}
          >
            {problem} It is tried again; nothing is cut off meanwhile.
          </Alert>
        ),
      )}
      <p className="qd-dim">
        {state.keepDays === null ? 'Everything is kept.' : `Entries are kept for ${state.keepDays} days.`}
        {state.cut !== null && ` Those up to ${formatCount(state.cut.seq)} were cut off.`}
      </p>
      <div>
        <Button variant="secondary" isDisabled={verifying} onClick={verify}>
          {verifying ? 'Looking at the chain…' : 'Look at the chain again'}
        </Button>
      </div>
    </Section>
  )
}

function Verdict({ state: { chain } }: { readonly state: AuditState }) {
  const when = chain.checkedAtMs === null ? '' : `, ${formatMoment(chain.checkedAtMs, Date.now())}`
  if (chain.broken !== null) {
    return (
      <Alert
        isInline
        isLiveRegion
        component="p"
        variant="danger"
        title={`The record is broken at entry ${formatCount(chain.broken.seq)}: ${chain.broken.what}.`}
      >
        Somebody changed the database, or its disk is damaged. What stands before this entry can be trusted, the rest
        cannot. Compare it with the copy that was handed on, or with a backup; keep the database as it is.
      </Alert>
    )
  }
  if (chain.state === 'whole') {
    return (
      <p>
        <b>The chain is whole</b>: {formatCount(chain.entries)} entries were looked at{when}.
      </p>
    )
  }
  return <p>{chain.state === 'checking' ? 'The chain is being looked at…' : 'The chain was not looked at yet.'}</p>
}
