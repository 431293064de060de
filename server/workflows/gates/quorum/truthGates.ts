/**
 * Whether what is seen is the whole truth: one quorum, with all that was committed. While it is not, nothing may be done to
 * any node, by anybody: which of two halves is worth keeping, no rule can know. Of every step. Pure.
 */
import type { Gate } from '../../../contract/workflows.ts'
import { provenRivals } from '../../../quorum/assessment/findings/twoQuorums.ts'
import type { Facts } from '../../run/facts.ts'
import { onceFor } from '../../run/onceFor.ts'
import { idsText } from '../../run/voterSet.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'

export function oneQuorum({ view }: Facts): Gate {
  const rule: Rule = {
    code: 'one-quorum',
    title: 'One quorum, with one leader',
    required: 'no other controller of this cluster claims to lead',
    why: 'With two quorums of one cluster every restart and every change may let the wrong one win; what the other has committed is then cut off.',
    source: 'Raft: election safety; every controller is asked for itself',
  }
  const rivals = view?.quorum.rivals ?? []
  const proven = provenRivals({ rivals })
  const others = (proven.length > 0 ? proven : rivals)
    .map(({ nodeId, voters, leaderEpoch }) => `${nodeId} leads ${idsText(voters)} in epoch ${leaderEpoch}`)
    .join('; ')
  // Where no controller answers for itself, nobody knows whom they follow.
  const known = view?.controllers?.some(({ reach }) => reach === 'answers') === true
  return gate(rule, {
    ok: known && rivals.length === 0,
    observed: rivals.length > 0 ? others : known ? 'one' : UNKNOWN,
    remedy:
      proven.length > 0
        ? 'Start, stop, restart and format nothing. Find the node that was formatted again or has another list of voters; keep a copy of every disk, then decide which quorum stays.'
        : 'Wait some seconds: an old leader that is cut off notices by itself.',
    waiting: proven.length === 0,
  })
}

const UNREAD = {
  pending: 'the records kept of this quorum have not been read yet',
  failed: 'the records kept of this quorum cannot be read from the database',
}
const SETTLE =
  'Resolve the incident, then close it on the page of the cluster with the reason: only a person can know that nothing is missing any more.'
const NO_ID =
  'The cluster id is not known: grant ALTER on the cluster, or name brokers with --bootstrap-server, which give it with DESCRIBE.'
const MEMORY = 'Wait some seconds. If it persists, the log of Quorumdeck has the database error.'

export function metadataWhole({ view }: Facts): Gate {
  const rule: Rule = {
    code: 'metadata-whole',
    title: 'Everything that was committed is there',
    required: 'no open incident',
    why: 'A leader whose log ends before what was committed has lost metadata; any change builds on the loss, and may destroy the copy that holds it.',
    source: 'Raft: leader completeness; Quorumdeck keeps the high watermark that it saw',
  }
  const open = view?.incidents ?? []
  const memory = view?.incidentMemory ?? 'pending'
  return gate(rule, {
    ok: memory === 'read' && open.length === 0,
    observed: open.length > 0 ? open.map(({ title }) => title).join('; ') : memory === 'read' ? 'none' : UNREAD[memory],
    remedy: open.length > 0 ? SETTLE : memory === 'pending' && view?.clusterId === null ? NO_ID : MEMORY,
    waiting: open.length === 0,
  })
}

/** Every step of a run asks for them. */
export const truthGates = onceFor((facts: Facts): readonly Gate[] => [oneQuorum(facts), metadataWhole(facts)])
