/** Gates on the quorum as a whole, of every write. Pure. */
import type { ReplicaKey } from '../../../contract/quorumView.ts'
import { leavingLeader, votersOf } from '../../../contract/voters.ts'
import { limitText, seconds } from '../../../contract/words/durations.ts'
import type { Gate } from '../../../contract/workflows.ts'
import type { Facts } from '../../run/facts.ts'
import { MAX_OBSERVATION_AGE_MS } from '../../run/thresholds.ts'
import { idsText, sameSet } from '../../run/voterSet.ts'
import { settledVoters } from '../../run/windows/track.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'

export function observationFresh({ ageMs, link, view }: Facts): Gate {
  const rule: Rule = {
    code: 'observation-fresh',
    title: 'The observation is fresh',
    required: `at most ${limitText(MAX_OBSERVATION_AGE_MS)} old`,
    why: 'An old picture cannot show what happened since. The quorum is read once more right before every write.',
    source: 'Quorumdeck: docs/safety.md',
  }
  const fresh = view !== null && view.quorum.leaderId !== null && ageMs !== null && ageMs <= MAX_OBSERVATION_AGE_MS
  return gate(rule, {
    ok: fresh && link === 'live',
    observed: ageMs === null ? UNKNOWN : link === 'live' ? `${seconds(ageMs)} old` : `${seconds(ageMs)} old, ${link}`,
    remedy: 'Wait until a leader answers again. If none does, start the controllers that are down.',
    waiting: true,
  })
}

export function leaderReachable({ view }: Facts): Gate {
  const rule: Rule = {
    code: 'leader-reachable',
    title: "The leader's controller listener is reached directly",
    required: 'through a controller',
    why: 'A broker would hold a forwarded request back and repeat it for up to a minute.',
    source: 'Kafka: ForwardingManager, NodeToControllerRequestThread',
  }
  const via = view?.quorum.leaderId == null ? null : view.source.via
  return gate(rule, {
    ok: via === 'controller',
    observed: via === null ? UNKNOWN : `through a ${via}`,
    remedy: 'Let Quorumdeck reach the controller listeners, or name them with --bootstrap-controller.',
  })
}

export function sameCluster({ view }: Facts, clusterId: string): Gate {
  const rule: Rule = {
    code: 'same-cluster',
    title: 'It is the cluster that the run was planned for',
    required: clusterId,
    why: 'Every write carries the cluster id, so that no other cluster can take it.',
    source: 'KIP-853: AddRaftVoterRequest.ClusterId',
  }
  return gate(rule, {
    ok: view?.clusterId === clusterId,
    observed: view?.clusterId ?? UNKNOWN,
    remedy:
      'The cluster id comes from DescribeCluster, which needs the right ALTER on the cluster. If it is another id, another cluster answers.',
  })
}

export function dynamicQuorum({ view }: Facts): Gate {
  const rule: Rule = {
    code: 'dynamic-quorum',
    title: 'The quorum is dynamic',
    required: 'kraft.version 1 or higher',
    why: 'With kraft.version 0 the voters are fixed in controller.quorum.voters of every node; Kafka answers UNSUPPORTED_VERSION.',
    source: 'KIP-853; AddVoterHandler',
  }
  const version = view?.quorum.kraftVersion ?? null
  return gate(rule, {
    ok: version !== null && version >= 1,
    observed: version === null ? UNKNOWN : `kraft.version ${version}`,
    remedy:
      'With Apache Kafka 4.1 or later: kafka-features.sh upgrade --feature kraft.version=1. It cannot be taken back.',
  })
}

export function quorumSettled({ view, track }: Facts, afterMs = Number.NEGATIVE_INFINITY): Gate {
  const rule: Rule = {
    code: 'quorum-settled',
    title: 'The quorum is settled',
    required: 'high watermark known, every voter seen, the shown voters committed',
    why: 'A young leader does not know yet who is alive, and the voters it shows may still be undone by an election.',
    source: 'Kafka: KafkaRaftClient, LeaderState; two reads in one epoch',
  }
  const quorum = view?.quorum
  const settled = settledVoters(track, afterMs) !== null
  const unseen = view === null ? [] : votersOf(view).filter((v) => v.health === 'unknown')
  const observed =
    quorum === undefined || quorum.leaderId === null
      ? 'nobody leads'
      : quorum.highWatermark === null
        ? 'high watermark unknown'
        : unseen.length > 0
          ? `${idsText(unseen)} not seen yet by the leader`
          : settled
            ? `settled, high watermark ${quorum.highWatermark}`
            : 'voters not proven committed yet'
  return gate(rule, {
    ok:
      settled &&
      quorum?.settling === false &&
      quorum.leaderId !== null &&
      quorum.highWatermark !== null &&
      unseen.length === 0,
    observed,
    remedy: 'Wait some seconds: every voter has to fetch from the leader, and the high watermark has to move.',
    waiting: true,
  })
}

export function noChangeInFlight({ view }: Facts): Gate {
  const rule: Rule = {
    code: 'no-change-in-flight',
    title: 'No other voter change is in flight',
    required: 'none',
    why: 'Two changes at once could leave two majorities; Kafka answers REQUEST_TIMED_OUT to the second.',
    source: 'KIP-853; AddVoterHandler, RemoveVoterHandler',
  }
  if (view === null || view.quorum.leaderId === null)
    return gate(rule, { ok: false, observed: UNKNOWN, remedy: 'Wait until a leader answers.', waiting: true })
  const pending = view.quorum.pendingVoterChange
  // It resigns when its removal is committed, but only while it still has the request in hand: where the commit took longer
  // than controller.quorum.request.timeout.ms it leads on until it is stopped (RemoveVoterHandler#highWatermarkUpdated).
  const leaving = leavingLeader(view) !== null
  return gate(rule, {
    ok: pending === null && !leaving,
    observed:
      pending !== null
        ? `appended at offset ${pending.offset}, not committed`
        : leaving
          ? 'the leader is not among its own voters: its removal is not committed, or it leads on after it'
          : 'none',
    remedy: leaving
      ? 'Wait for the election that follows. If there is none, stop the process of the leader: it has no vote any more.'
      : 'Wait until it is committed. If it never is, a majority of the new voters is not alive.',
    waiting: true,
  })
}

export function votersAsExpected({ view }: Facts, expected: readonly ReplicaKey[]): Gate {
  const rule: Rule = {
    code: 'voters-as-expected',
    title: 'The voters are those that the plan knows',
    required: idsText(expected),
    why: 'A change made elsewhere makes the plan wrong.',
    source: 'Quorumdeck: docs/safety.md',
  }
  const voters = view === null ? [] : votersOf(view)
  return gate(rule, {
    ok: view !== null && view.quorum.leaderId !== null && sameSet(voters, expected),
    observed: view === null || view.quorum.leaderId === null ? UNKNOWN : idsText(voters),
    remedy:
      view === null || view.quorum.leaderId === null
        ? 'Wait until a leader answers.'
        : 'Find out who changed the voters, then plan anew.',
    waiting: true,
  })
}
