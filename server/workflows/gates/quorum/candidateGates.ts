/** Gates on the incarnation that is to become a voter. Pure. */

import type { ReplicaKey } from '../../../contract/quorumView.ts'
import { keyText } from '../../../contract/replicaKey.ts'
import { isObserver, votersOf } from '../../../contract/voters.ts'
import { seconds } from '../../../contract/words/durations.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { DOWNLOADING_REMEDY, downloadingAt, downloadingText } from '../../run/answering.ts'
import { type Facts, probesOf } from '../../run/facts.ts'
import { rowOf, shortId } from '../../run/voterSet.ts'
import { candidateAgeLimitMs, isFull, nearZeroMs } from '../../run/windows/catchUpWindow.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'

export function idIsNoVoter({ view }: Facts, candidate: ReplicaKey | null): Gate {
  const rule: Rule = {
    code: 'id-is-no-voter',
    title: 'No voter has the same node id: remove comes before add',
    required: 'the id is not among the voters',
    why: 'An old disk of this id that is still a voter would stand beside the new one. Kafka answers DUPLICATE_VOTER.',
    source: 'KIP-853; AddVoterHandler',
  }
  const holder =
    view === null || candidate === null ? undefined : votersOf(view).find((v) => v.nodeId === candidate.nodeId)
  return gate(rule, {
    ok: view !== null && candidate !== null && view.quorum.leaderId !== null && holder === undefined,
    observed:
      view === null || candidate === null
        ? UNKNOWN
        : holder === undefined
          ? 'not a voter'
          : `${holder.nodeId} is a voter with directory ${shortId(holder.directoryId)}`,
    remedy: 'Replace the failed disk of this controller: its old incarnation is removed first.',
  })
}

/** Of a candidate that is not listed: what is observed, and what to do, where it answers as itself all the same. */
function unlisted(facts: Facts, candidate: ReplicaKey | null): { observed: string; remedy: string } | null {
  if (facts.view === null || candidate === null || rowOf(facts.view, candidate) !== null) return null
  const address = downloadingAt(facts, candidate.nodeId, facts.endpoints.get(candidate.nodeId) ?? [])
  return address === null ? null : { observed: downloadingText(candidate.nodeId, address), remedy: DOWNLOADING_REMEDY }
}

export function candidateIsController(facts: Facts, candidate: ReplicaKey | null): Gate {
  const rule: Rule = {
    code: 'candidate-is-controller',
    title: 'The candidate is a registered controller',
    required: 'an observer with a controller registration',
    why: 'Brokers are observers too, and Kafka does not stop one from being added; it could never lead.',
    source: 'KAFKA-19021; KIP-919 controller registration',
  }
  const { view, endpoints } = facts
  const row = view === null || candidate === null ? null : rowOf(view, candidate)
  const downloading = unlisted(facts, candidate)
  const registered = candidate !== null && endpoints.has(candidate.nodeId)
  const controller = row?.roles.includes('controller') === true
  const observed =
    row === null
      ? (downloading?.observed ?? 'not listed')
      : !controller
        ? row.roles.includes('broker')
          ? 'a broker only'
          : 'no controller registration'
        : registered
          ? 'a registered controller'
          : 'its registration is not known'
  return gate(rule, {
    ok: row !== null && isObserver(row) && controller && registered,
    observed,
    remedy:
      downloading?.remedy ??
      'Start it with process.roles=controller. It registers once it has caught up; reading registrations needs the right ALTER or CLUSTER_ACTION.',
    waiting: downloading !== null || (row !== null && !row.roles.includes('broker')),
  })
}

const LOOPBACK = /^(localhost|127\.|::1$|\[::1\]$|0\.0\.0\.0$|::$)/i

export function candidateEndpoints({ view, endpoints }: Facts, candidate: ReplicaKey | null): Gate {
  const rule: Rule = {
    code: 'candidate-endpoints',
    title: 'Its controller endpoints can be given to the quorum',
    required: 'all controller listeners, by name, no loopback address unless all voters have one',
    why: 'The endpoints are written to the metadata log, and the other controllers will use them. A wrong one can be permanent.',
    source: 'KIP-853 VotersRecord; KAFKA-20661',
  }
  const own = candidate === null ? [] : (endpoints.get(candidate.nodeId) ?? [])
  const others = view === null ? [] : votersOf(view).filter((v) => v.nodeId !== candidate?.nodeId)
  const known = own.length > 0 && own.every((e) => e.listener !== '' && e.host !== '' && e.port > 0)
  const loopback = own.some((e) => LOOPBACK.test(e.host))
  // A voter whose endpoints are not known may be anywhere.
  const elsewhere = others.some((v) => v.endpoints.length === 0 || v.endpoints.some((e) => !LOOPBACK.test(e.host)))
  const leaders = others.find((v) => v.status === 'leader')?.endpoints.map((e) => e.listener) ?? []
  // Combined nodes list their broker listeners too: one name in common is what the leader asks for.
  const named = leaders.length > 0 && own.some((e) => leaders.includes(e.listener))
  return gate(rule, {
    ok: known && named && !(loopback && elsewhere),
    observed: own.length === 0 ? UNKNOWN : own.map((e) => `${e.listener}://${e.host}:${e.port}`).join(', '),
    remedy: !known
      ? 'Wait for its registration. Reading it needs the right CLUSTER_ACTION (metadata log) or ALTER on the cluster.'
      : !named
        ? `Give it a controller listener with the leader's listener name (${leaders.join(', ')}).`
        : 'Set advertised.listeners of this controller to an address that the other controllers reach.',
  })
}

export function candidateReachable(facts: Facts, candidate: ReplicaKey | null): Gate {
  const rule: Rule = {
    code: 'candidate-reachable',
    title: 'Its endpoints answer, and it is this node',
    required: 'every endpoint answers as this node',
    why: 'Seen from here; from its peers: unknown. The leader asks it for its versions before it appends the change.',
    source: 'Kafka: AddVoterHandler, ApiVersions of the new voter',
  }
  // Exactly those that the request would carry.
  const endpoints = candidate === null ? [] : (facts.endpoints.get(candidate.nodeId) ?? [])
  const probes = candidate === null ? null : probesOf(facts, candidate.nodeId, endpoints)
  const good = probes?.every((p) => p.outcome === 'answers' && p.isNode === true) === true
  const detail = probes?.map((p) => p.detail).join('; ') ?? 'not tried yet'
  return gate(rule, {
    ok: good,
    observed: good ? 'answers, seen from here' : detail,
    remedy:
      'Check the process, its listeners and the firewall. Seeing who answers needs the right DESCRIBE_CONFIGS on the cluster.',
    waiting: probes === null,
  })
}

export function candidateFetches(facts: Facts, candidate: ReplicaKey | null): Gate {
  const { view, thresholds } = facts
  const limitMs = candidateAgeLimitMs(view?.quorum.fetchTimeoutMs ?? 0, thresholds)
  const rule: Rule = {
    code: 'candidate-fetches',
    title: 'It fetches',
    required: `less than ${seconds(limitMs)} ago`,
    why: 'On a quiet log a dead node keeps lag 0. Kafka would accept one that fetched within the last hour.',
    source: 'LeaderState#isReplicaCaughtUp; controller.quorum.fetch.timeout.ms',
  }
  const row = view === null || candidate === null ? null : rowOf(view, candidate)
  const downloading = unlisted(facts, candidate)
  const age = row?.lastFetchAgeMs ?? null
  return gate(rule, {
    ok: age !== null && age < limitMs && row?.health === 'ok',
    observed:
      row === null ? (downloading?.observed ?? 'not listed') : age === null ? UNKNOWN : `${age} ms ago, ${row.health}`,
    remedy: downloading?.remedy ?? 'Start or unblock the process, and look at the network between it and the leader.',
    waiting: downloading !== null || (row !== null && age !== null && age < limitMs),
  })
}

export function lagNearZero(facts: Facts, candidate: ReplicaKey | null): Gate {
  const { track, thresholds, view } = facts
  const { lagRecords, windowMs, windowSamples } = thresholds
  const rule: Rule = {
    code: 'lag-near-zero',
    title: 'Its lag is near zero',
    required: `<= ${lagRecords} records for ${seconds(windowMs)}, ${windowSamples} samples`,
    why: 'Kafka would accept any node that caught up once in the last hour. A voter that lags cannot help commit records.',
    source: 'LeaderState#isReplicaCaughtUp; KIP-853 (catch up before adding)',
  }
  const window = candidate === null ? undefined : track.windows.get(keyText(candidate))
  const last = window?.samples.at(-1)
  const current = view !== null && last !== undefined && last.epoch === view.quorum.leaderEpoch
  const lag = last?.lag ?? null
  const held = window === undefined ? 0 : nearZeroMs(window)
  const downloading = unlisted(facts, candidate)
  return gate(rule, {
    ok: window !== undefined && lag !== null && current && isFull(window, thresholds),
    observed:
      downloading?.observed ??
      (lag === null ? 'not known' : `lag ${lag}, near zero for ${seconds(Math.min(held, windowMs))}`),
    remedy: downloading?.remedy ?? 'Wait. If the lag does not shrink, look at its disk, its CPU and its network.',
    waiting: downloading !== null || last?.offset != null,
  })
}

/** Only one process may live under a node id: the others of this id must not fetch. */
export function otherIncarnationsSilent({ view }: Facts, candidate: ReplicaKey | null): Gate {
  const rule: Rule = {
    code: 'other-incarnations-silent',
    title: 'No other incarnation of this node id is alive',
    required: 'all others silent',
    why: 'Two processes with one node id confuse the quorum: the old one was not stopped, or its disk has not failed.',
    source: 'KIP-853 (directory id); hazard of a copied configuration',
  }
  const twins =
    view === null || candidate === null
      ? []
      : view.replicas.filter((r) => r.nodeId === candidate.nodeId && r.directoryId !== candidate.directoryId)
  const alive = twins.filter((r) => r.health !== 'silent')
  return gate(rule, {
    ok: view !== null && candidate !== null && alive.length === 0,
    observed:
      candidate === null
        ? UNKNOWN
        : alive.length > 0
          ? alive.map((r) => `${shortId(r.directoryId)} ${r.health === 'unknown' ? 'unknown' : 'fetches'}`).join(', ')
          : twins.length === 0
            ? 'there is no other'
            : 'silent',
    remedy:
      alive.length === 0 ? 'This is known once the candidate is seen.' : 'Stop the process that runs on the old disk.',
    waiting: alive.every((r) => r.health === 'unknown'),
  })
}
