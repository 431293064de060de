/** How fast a candidate catches up, in words. Pure. */
import { soon } from '../../../../server/contract/words/durations.ts'
import type { CatchUp } from '../../../../server/contract/workflows.ts'
import { formatCount } from '../../../kit/words/format.ts'

/** Records; an idle log grows by about two a second. */
const NEAR = 10

export function paceWords({ gainPerSecond, etaMs, lag }: Pick<CatchUp, 'gainPerSecond' | 'etaMs' | 'lag'>): string {
  if (lag === null) return 'Its lag is not known.'
  if (gainPerSecond === null) return 'How fast it catches up is not known yet.'
  const pace = Math.round(gainPerSecond)
  if (pace < 0) return `It falls behind by ${formatCount(-pace)} records a second.`
  if (pace === 0)
    return lag <= NEAR ? 'It keeps up with the leader.' : 'It neither gains on the leader nor falls further behind.'
  const when = etaMs === null || lag === 0 ? '' : `, there ${soon(etaMs)}`
  return `It gains ${formatCount(pace)} records a second on the leader${when}.`
}
