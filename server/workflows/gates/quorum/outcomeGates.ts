/** Gates that prove a change: its outcome, and that it lasts. Pure. */

import type { ReplicaKey } from '../../../contract/quorumView.ts'
import { isVoter, votersOf } from '../../../contract/voters.ts'
import { seconds } from '../../../contract/words/durations.ts'
import type { Gate } from '../../../contract/workflows.ts'
import type { Facts } from '../../run/facts.ts'
import { rowOf } from '../../run/voterSet.ts'
import { steadyMs } from '../../run/windows/track.ts'
import { gate, type Rule } from '../gate.ts'

export function newVoterHealthy({ view }: Facts, key: ReplicaKey | null): Gate {
  const rule: Rule = {
    code: 'new-voter-healthy',
    title: 'The new voter is a voter, and healthy',
    required: 'follower or leader, ok',
    why: 'What the quorum shows is the only proof.',
    source: 'DescribeQuorum',
  }
  const row = view === null || key === null ? null : rowOf(view, key)
  return gate(rule, {
    ok: view !== null && row !== null && isVoter(view, row) && row.health === 'ok',
    observed: row === null ? 'not listed' : `${row.status}, ${row.health}`,
    remedy: 'Check its process. If it stays away, the addition can be taken back.',
    waiting: row?.health === 'unknown',
  })
}

export function staysAway({ view }: Facts, key: ReplicaKey | null): Gate {
  const rule: Rule = {
    code: 'stays-away',
    title: 'The removed controller is no voter',
    required: 'not among the voters, with whatever directory',
    why: 'A controller that joins by itself, or another tool, could have added it again, on a new disk too.',
    source: 'DescribeQuorum',
  }
  const back = view !== null && key !== null && votersOf(view).some((v) => v.nodeId === key.nodeId)
  return gate(rule, {
    ok: view !== null && key !== null && view.quorum.leaderId !== null && !back,
    observed: back ? 'a voter again' : 'no voter',
    remedy: 'Stop its process, then remove it again.',
  })
}

export function steadyFor({ track, thresholds, monotonicMs }: Facts, expected: readonly ReplicaKey[]): Gate {
  const rule: Rule = {
    code: 'steady',
    title: 'The quorum is steady',
    required: `same voters, epoch and margin for ${seconds(thresholds.soakMs)}`,
    why: 'A new voter that fails, or a removed one that comes back, does so in the first minute.',
    source: 'docs/wizards.md: steady for a minute',
  }
  const held = steadyMs(track, expected)
  const stale = track.steady === null || monotonicMs - track.steady.lastMs > thresholds.windowGapMs
  return gate(rule, {
    ok: !stale && held >= thresholds.soakMs,
    observed: `${seconds(Math.min(held, thresholds.soakMs))}`,
    remedy: 'Wait. An election or a change starts the time over.',
    waiting: true,
  })
}
