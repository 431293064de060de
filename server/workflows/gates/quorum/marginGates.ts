/** Gates on what can be lost: now, afterwards, and if the change lands on a bad node. Pure. */

import type { QuorumView, ReplicaKey } from '../../../contract/quorumView.ts'
import { isObserver, majorityOf, votersOf } from '../../../contract/voters.ts'
import { seconds } from '../../../contract/words/durations.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { type Facts, probesOf } from '../../run/facts.ts'
import type { VoterChange } from '../../run/ports.ts'
import { RECENT_FETCH_MS } from '../../run/thresholds.ts'
import { idsText, rowOf } from '../../run/voterSet.ts'
import {
  marginOfVoters,
  type PlannedVoter,
  plannedVotersOf,
  votersAfter,
  votersWithout,
} from '../../run/votersAfter.ts'
import { healthyMs } from '../../run/windows/healthWindow.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'

const MARGIN_SOURCE = 'etcd raft reconfiguration checks; margin = healthy voters - majority'

/** While the health of the voters is unknown none of them is to be repaired: nobody can know which. */
const WAIT_FOR_LEADER =
  'Wait until a leader answers and every voter has fetched from it; if none does, start the controllers that are down.'

function countText(plannedVoters: readonly PlannedVoter[]): string {
  const healthy = plannedVoters.filter((s) => s.health === 'ok').length
  return `${healthy} of ${plannedVoters.length} healthy, ${majorityOf(plannedVoters.length)} needed`
}

export interface MarginExceptions {
  /** A removal of a silent voter while the majority of healthy voters is already short, stated by a person. */
  rescue?: boolean
  /** From one voter to two, stated by a person. */
  oneToTwo?: boolean
}

/** Whether a majority of the present voters still fetches, caught up or not: only then can the leader commit. */
export function majorityFetches(view: QuorumView): boolean {
  const voters = votersOf(view)
  const fetching = voters.filter((v) => v.health === 'ok' || v.health === 'lagging').length
  return fetching >= majorityOf(voters.length)
}

/** Whether the exception for a removal below margin 0 may be asked for at all. */
export function rescuePossible({ view }: Facts, target: ReplicaKey | null): boolean {
  if (view === null || target === null || target.directoryId === null) return false
  const { margin, highWatermark } = view.quorum
  const row = rowOf(view, target)
  const after = marginOfVoters(
    votersAfter(plannedVotersOf(view), { kind: 'remove', nodeId: target.nodeId, directoryId: target.directoryId }),
  )
  return (
    margin !== null &&
    margin < 0 &&
    highWatermark !== null &&
    row?.health === 'silent' &&
    majorityFetches(view) &&
    after !== null &&
    after >= 0
  )
}

export function marginNow(facts: Facts, target: ReplicaKey | null, exceptions: MarginExceptions = {}): Gate {
  const { view } = facts
  const rule: Rule = {
    code: 'margin-now',
    title: 'A majority is healthy now',
    required: 'margin 0 or more',
    why: 'Without a healthy majority, neither an addition nor a removal is sure to commit.',
    source: MARGIN_SOURCE,
  }
  const plannedVoters = view === null ? [] : plannedVotersOf(view)
  const margin = marginOfVoters(plannedVoters) === null ? null : (view?.quorum.margin ?? null)
  const rescue = exceptions.rescue === true && rescuePossible(facts, target)
  return gate(rule, {
    ok: (margin !== null && margin >= 0) || rescue,
    observed:
      view === null || margin === null ? UNKNOWN : `${countText(plannedVoters)}${rescue ? '; rescue stated' : ''}`,
    remedy:
      margin === null
        ? WAIT_FOR_LEADER
        : rescuePossible(facts, target)
          ? 'Bring a controller back, or state the rescue: a silent voter may be removed while a majority still fetches.'
          : 'Bring silent controllers back. With the majority lost, no change sent to Kafka is safe.',
    waiting: margin === null,
  })
}

export function marginAfter({ view }: Facts, change: VoterChange | null): Gate {
  const rule: Rule = {
    code: 'margin-after',
    title: change?.kind === 'add' ? 'A majority stays healthy with it' : 'A majority stays healthy without it',
    required: 'margin 0 or more afterwards',
    why: 'Kafka does not look at who is alive: it accepts a removal that leaves no living majority, and the quorum is lost.',
    source: `Kafka: RemoveVoterHandler (no such check); ${MARGIN_SOURCE}`,
  }
  const plannedVoters = view === null || change === null ? [] : votersAfter(plannedVotersOf(view), change)
  const margin = marginOfVoters(plannedVoters)
  const dead = plannedVoters.filter((s) => s.health !== 'ok')
  return gate(rule, {
    ok: margin !== null && margin >= 0,
    observed: margin === null ? UNKNOWN : countText(plannedVoters),
    remedy:
      margin === null
        ? WAIT_FOR_LEADER
        : `Repair ${dead.length === 0 ? 'the quorum' : `controller ${idsText(dead)}`} first, or add a healthy voter.`,
    waiting: margin === null,
  })
}

export function marginIfBad({ view }: Facts, change: VoterChange | null, exceptions: MarginExceptions = {}): Gate {
  const rule: Rule = {
    code: 'margin-if-bad',
    title: 'A majority stays healthy even if the new voter fails',
    required: 'margin 0 or more without it',
    why: 'From the moment of the addition it counts towards the majority, whether it works or not.',
    source: `etcd: a new member counts as unavailable; ${MARGIN_SOURCE}`,
  }
  const plannedVoters = view === null || change === null ? [] : votersAfter(plannedVotersOf(view), change, 'silent')
  const margin = marginOfVoters(plannedVoters)
  const exception = exceptions.oneToTwo === true && view?.quorum.voters === 1 && view.quorum.margin === 0
  return gate(rule, {
    ok: (margin !== null && margin >= 0) || exception,
    observed: margin === null ? UNKNOWN : `${countText(plannedVoters)}${exception ? '; stated' : ''}`,
    remedy:
      margin === null
        ? WAIT_FOR_LEADER
        : view?.quorum.voters === 1
          ? 'From one voter to two there is no other way: probe the candidate, save the metadata, and state it.'
          : 'Remove or repair the voter that is not healthy first.',
    waiting: margin === null,
  })
}

export function marginIfStopped({ view }: Facts, target: ReplicaKey | null): Gate {
  const isDown = view !== null && target !== null && rowOf(view, target)?.health === 'silent'
  const rule: Rule = {
    code: 'margin-if-stopped',
    title: isDown ? 'A majority is healthy without it' : 'A majority stays healthy when its process stops',
    required: isDown ? 'margin 0 or more' : 'margin 0 or more afterwards',
    why: 'A stopped voter still counts towards the majority until it is removed.',
    source: MARGIN_SOURCE,
  }
  const plannedVoters = view === null || target === null ? [] : votersWithout(plannedVotersOf(view), target)
  const margin = marginOfVoters(plannedVoters)
  return gate(rule, {
    ok: margin !== null && margin >= 0,
    observed: margin === null ? UNKNOWN : countText(plannedVoters),
    remedy: margin === null ? WAIT_FOR_LEADER : 'Repair the other voters or add one first.',
    waiting: margin === null,
  })
}

/** Whether a voter is known to be alive at this moment, not only within the fetch timeout. */
function justHeard(facts: Facts, plannedVoter: PlannedVoter): boolean {
  if (plannedVoter.leads || facts.view === null) return true
  const row = rowOf(facts.view, plannedVoter)
  // Who is no voter yet has gates of its own.
  if (row === null || isObserver(row)) return true
  if (row.lastFetchAgeMs === null || row.lastFetchAgeMs > RECENT_FETCH_MS) return false
  const endpoints = facts.endpoints.get(plannedVoter.nodeId) ?? row.endpoints
  const probes = probesOf(facts, plannedVoter.nodeId, endpoints)
  return probes === null || !probes.every((p) => p.outcome === 'refused')
}

/**
 * The margin once more, with every voter that was not heard in the last second counted as dead: one that died just now
 * is healthy by its fetch timeout still.
 */
export function votersHeard(facts: Facts, plannedVoters: readonly PlannedVoter[]): Gate {
  const rule: Rule = {
    code: 'voters-heard',
    title: 'The voters that carry the quorum afterwards are alive at this moment',
    required: `fetched within ${seconds(RECENT_FETCH_MS)}, and no address of theirs refuses: margin 0 or more`,
    why: 'A voter that died a moment ago counts as healthy until its fetch timeout is over; a removal in that time loses the quorum.',
    source: `controller.quorum.fetch.timeout.ms; replicas fetch every 500 ms (KafkaRaftClient); ${MARGIN_SOURCE}`,
  }
  const heard = plannedVoters.map(
    (s): PlannedVoter => (s.health === 'ok' && !justHeard(facts, s) ? { ...s, health: 'silent' } : s),
  )
  const margin = marginOfVoters(heard)
  const quiet = heard.filter((s, i) => s.health !== plannedVoters[i]?.health)
  return gate(rule, {
    ok: margin !== null && margin >= 0,
    observed:
      margin === null
        ? UNKNOWN
        : quiet.length === 0
          ? countText(heard)
          : `no recent fetch from controller ${idsText(quiet)}; ${countText(heard)}`,
    remedy:
      margin === null ? WAIT_FOR_LEADER : 'Wait until every voter has fetched again. If one does not, repair it first.',
    waiting: true,
  })
}

/**
 * The margin once more, with every voter counted as dead that was not healthy without a break for the whole window: one that
 * flaps is healthy in one look and not in the next.
 */
export function carriersHealthy(
  { track, thresholds, monotonicMs }: Facts,
  plannedVoters: readonly PlannedVoter[],
): Gate {
  const neededMs = thresholds.healthyMs
  const rule: Rule = {
    code: 'carriers-healthy',
    title: 'The voters that carry the quorum afterwards have been healthy without a break',
    required: `each for ${seconds(neededMs)}: margin 0 or more`,
    why: 'A voter that keeps falling behind looks healthy for moments: a change that relies on it is lost when it falls behind again.',
    source: `etcd: a member must be connected for a while (HealthInterval); ${MARGIN_SOURCE}`,
  }
  const heldMs = (plannedVoter: PlannedVoter) => healthyMs(track.healthy, plannedVoter, monotonicMs, thresholds)
  const held = plannedVoters.map(
    (s): PlannedVoter => (s.health === 'ok' && heldMs(s) < neededMs ? { ...s, health: 'silent' } : s),
  )
  const margin = marginOfVoters(held)
  const short = plannedVoters.filter((s, i) => s.health !== held[i]?.health)
  const progress = short.map((s) => `controller ${s.nodeId} for ${seconds(heldMs(s))} of ${seconds(neededMs)}`)
  return gate(rule, {
    ok: margin !== null && margin >= 0,
    observed: margin === null ? UNKNOWN : [...progress, countText(held)].join('; '),
    remedy:
      margin === null
        ? WAIT_FOR_LEADER
        : 'Wait. A sample in which it is not healthy, an election or a gap in the observation starts the time over.',
    waiting: true,
  })
}

export function marginReached({ view }: Facts, goal: number): Gate {
  const rule: Rule = {
    code: 'margin-as-planned',
    title: 'The margin is as planned',
    required: `${goal} or more`,
    why: 'A change that leaves less tolerance than planned has not succeeded.',
    source: MARGIN_SOURCE,
  }
  const margin = view?.quorum.margin ?? null
  return gate(rule, {
    ok: margin !== null && margin >= goal,
    observed: margin === null ? UNKNOWN : String(margin),
    remedy: margin === null ? WAIT_FOR_LEADER : 'Bring back the controllers that are not healthy.',
    waiting: margin === null,
  })
}
