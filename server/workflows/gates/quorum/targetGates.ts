/** Gates on the incarnation that is to leave, and on its successor. Pure. */

import type { Endpoint, ReplicaKey } from '../../../contract/quorumView.ts'
import { isObserver, isVoter, votersOf } from '../../../contract/voters.ts'
import { seconds } from '../../../contract/words/durations.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { DOWNLOADING_REMEDY, downloadingAt, downloadingText, unverifiedAt } from '../../run/answering.ts'
import { type Facts, probesOf } from '../../run/facts.ts'
import type { Run } from '../../run/run.ts'
import { rowOf, shortId } from '../../run/voterSet.ts'
import { silenceCounts } from '../../run/windows/silence.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'

export function targetIsVoter({ view }: Facts, target: ReplicaKey | null): Gate {
  const rule: Rule = {
    code: 'target-is-voter',
    title: 'The incarnation to remove is a voter, with this directory id',
    required: target === null ? UNKNOWN : `${target.nodeId} ${target.directoryId}`,
    why: 'Kafka removes exactly the incarnation it is given; the directory id is taken from the quorum, never typed.',
    source: 'KIP-853; RemoveVoterHandler: VOTER_NOT_FOUND',
  }
  const row = view === null || target === null ? null : rowOf(view, target)
  const votes = view !== null && row !== null && isVoter(view, row)
  return gate(rule, {
    ok: votes && row?.directoryId !== null,
    observed:
      row === null
        ? 'not listed'
        : votes
          ? `a voter (${row.status})`
          : isObserver(row)
            ? 'an observer'
            : 'a leader that is removed already',
    remedy: 'The voters have changed since the plan was made. Plan anew.',
  })
}

export function notLastVoter({ view }: Facts): Gate {
  const rule: Rule = {
    code: 'not-last-voter',
    title: 'It is not the last voter',
    required: 'at least 2 voters before',
    why: 'Without a voter there is no controller and no metadata.',
    source: 'Kafka: VoterSet#removeVoter',
  }
  const voters = view === null ? 0 : votersOf(view).length
  return gate(rule, {
    ok: voters > 1,
    observed: `${voters}`,
    remedy: 'Add another controller first.',
  })
}

export function oldIncarnationSilent(facts: Facts, target: ReplicaKey | null): Gate {
  const { view } = facts
  const limitMs = view?.quorum.fetchTimeoutMs ?? 0
  const rule: Rule = {
    code: 'old-incarnation-silent',
    title: 'The old incarnation is silent',
    required: `no fetch for ${seconds(limitMs)} or longer, watched for as long, by a leader that a majority fetches from`,
    why: 'A voter that still fetches has a working disk: replacing it would take a healthy vote away.',
    source: 'controller.quorum.fetch.timeout.ms; LeaderState',
  }
  const row = view === null || target === null ? null : rowOf(view, target)
  const isBelieved = silenceCounts(facts)
  const observed =
    row === null
      ? 'not listed'
      : row.status === 'leader'
        ? 'it leads'
        : row.health === 'silent'
          ? !isBelieved
            ? 'silent; not watched long enough, or no majority fetches from the leader'
            : row.lastFetchAgeMs === null
              ? 'silent, never seen by this leader'
              : `silent for ${seconds(row.lastFetchAgeMs)}`
          : row.health
  return gate(rule, {
    ok: row?.health === 'silent' && row.status !== 'leader' && isBelieved,
    observed,
    remedy: 'Stop the old process. A node that was stopped counts as silent after the fetch timeout.',
    waiting: row?.health === 'unknown' || (row?.health === 'silent' && !isBelieved),
  })
}

/** Where the old incarnation listened, as far as the voter set shows. */
export function addressesOf(facts: Facts, target: ReplicaKey): Endpoint[] {
  const row = facts.view === null ? null : rowOf(facts.view, target)
  return row?.endpoints ?? []
}

/** How the old incarnation is known to be gone; `null` where nothing proves it. */
export function proofOfDeath(facts: Facts, target: ReplicaKey): string | null {
  const { view } = facts
  if (view === null) return null
  const addresses = addressesOf(facts, target)
  const replacement = view.replicas.find(
    (r) =>
      r.nodeId === target.nodeId &&
      r.directoryId !== target.directoryId &&
      (r.health === 'ok' || r.health === 'lagging'),
  )
  const own = facts.endpoints.get(target.nodeId) ?? []
  const inItsPlace = own.some((e) => addresses.some((a) => a.host === e.host && a.port === e.port))
  // Two processes cannot listen at one address; a successor elsewhere proves nothing of the old one.
  if (replacement !== undefined && inItsPlace) {
    return `its successor ${shortId(replacement.directoryId)} fetches in its place`
  }
  const probes = probesOf(facts, target.nodeId, addresses)
  return probes?.every((p) => p.outcome === 'refused') === true ? 'nobody listens at its address' : null
}

export function oldIncarnationDown(facts: Facts, target: ReplicaKey | null, stated: boolean): Gate {
  const rule: Rule = {
    code: 'old-incarnation-down',
    title: 'The old process is really down',
    required: 'its address refuses, its successor fetches, or a person states it',
    why: 'A process that is only stuck or cut off could come back with the old disk while the new one votes.',
    source: 'Quorumdeck: docs/safety.md',
  }
  const proof = target === null ? null : proofOfDeath(facts, target)
  const addresses = target === null ? [] : addressesOf(facts, target)
  const probes = target === null ? null : probesOf(facts, target.nodeId, addresses)
  // Something answers there, so nobody can say of it that it is down before it is seen who that is.
  const unverified = target === null || proof !== null ? null : unverifiedAt(facts, target.nodeId, addresses)
  if (unverified !== null) {
    return gate(rule, {
      ok: false,
      observed: `something answers, and who it is cannot be verified: ${unverified}`,
      remedy: `${unverified}. Fix that certificate, or the trust and credentials that Quorumdeck has for it (--command-config): then it is clear who answers. Until then no statement is accepted.`,
    })
  }
  const address = target === null || proof !== null || stated ? null : downloadingAt(facts, target.nodeId, addresses)
  if (target !== null && address !== null) {
    const observed = downloadingText(target.nodeId, address)
    return gate(rule, { ok: false, observed, remedy: DOWNLOADING_REMEDY, waiting: true })
  }
  return gate(rule, {
    ok: proof !== null || stated,
    observed: proof ?? (stated ? 'stated by a person' : (probes?.map((p) => p.detail).join('; ') ?? 'not tried yet')),
    remedy: 'Make sure that the old process is stopped, then state it.',
    waiting: probes === null,
  })
}

/** The order of a disk replacement: the new incarnation is ready before the old one goes. */
export function replacementReady(facts: Facts, run: Run, noReplacement: boolean): Gate {
  const { candidate } = run.plan
  const rule: Rule = {
    code: 'replacement-ready',
    title: 'The new incarnation is ready',
    required: 'seen as an observer, or a person states that there is no replacement',
    why: 'With the replacement caught up, the time with one voter less is seconds; without it, as long as the disk takes.',
    source: 'The order of the disk replacement in docs/wizards.md',
  }
  const { target } = run.plan
  const row = facts.view === null || candidate === null ? null : rowOf(facts.view, candidate)
  const address =
    target === null || row !== null ? null : downloadingAt(facts, target.nodeId, addressesOf(facts, target))
  return gate(rule, {
    ok: (row !== null && isObserver(row)) || noReplacement,
    observed:
      row !== null
        ? `${shortId(row.directoryId)} is an ${row.status}`
        : noReplacement
          ? 'stated: no replacement'
          : target !== null && address !== null
            ? downloadingText(target.nodeId, address)
            : 'not seen',
    remedy:
      address === null
        ? 'Format the new disk and start the controller, or state that no replacement exists yet.'
        : DOWNLOADING_REMEDY,
    waiting: address !== null,
  })
}
