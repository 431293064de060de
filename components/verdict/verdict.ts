/**
 * The sentence at the top: what is wrong, what still works, what it costs if one more controller fails. Pure.
 *
 * The first question is always whether the picture may be believed at all; only then what it shows. Red (`danger`) is
 * for what needs a person now, amber (`caution`) for what needs one soon, and `stale` is neither: we do not know.
 */

import type { ClusterLink, LinkState } from '../../server/contract/clusters.ts'
import type { FindingCode, QuorumView, ReplicaView } from '../../server/contract/quorumView.ts'
import { votersOf } from '../../server/contract/voters.ts'
import { limitText } from '../../server/contract/words/durations.ts'
import { listed } from '../../server/contract/words/lists.ts'
import { plural } from '../kit/words/format.ts'
import { sentences, type Words } from '../kit/words/words.ts'
import { consequence, troubledVoters, WITHOUT_LEADER } from './consequence.ts'
import { replacementNews } from './incarnations.ts'

export type Tone = 'ok' | 'caution' | 'danger' | 'neutral' | 'stale'

export type VerdictCode =
  | 'starting'
  | 'server-lost'
  | 'rechecking'
  | 'cluster-silent'
  | Exclude<LinkState, 'live' | 'no-leader'>
  | 'contested'
  | 'critical'
  | 'warned'
  | 'electing'
  | 'no-leader'
  | 'majority-lost'
  | 'settling'
  | 'margin-zero'
  | 'voter-troubled'
  | 'missing-rights'
  | 'healthy'

export interface Verdict {
  readonly code: VerdictCode
  readonly tone: Tone
  readonly headline: string
  /** For a wall or a list: as few words as say it. */
  readonly short: string
  readonly detail: Words
}

export interface VerdictFacts {
  readonly view: QuorumView | null
  readonly link: ClusterLink | null
  readonly freshness: 'waiting' | 'live' | 'rechecking' | 'cluster-silent' | 'server-lost'
  /** An election takes a second or two; what lasts longer needs a person. */
  readonly longWithoutLeader: boolean
}

export function verdict(facts: VerdictFacts): Verdict {
  const { view, link, freshness } = facts
  if (freshness === 'server-lost') return serverLost(view)
  if (freshness === 'rechecking') {
    return {
      code: 'rechecking',
      tone: 'stale',
      headline: 'Checking whether this is still true.',
      short: 'Checking',
      detail: ['The page was not visible; the server is being asked again.'],
    }
  }
  if (link === null) {
    return {
      code: 'starting',
      tone: 'neutral',
      headline: 'Connecting to Quorumdeck.',
      short: 'Connecting',
      detail: ['Waiting for the first answer from the server.'],
    }
  }
  if (link.state !== 'live' && link.state !== 'no-leader') return unlinked(link.state, link, view)
  if (freshness === 'cluster-silent' && link.state === 'live') {
    return {
      code: 'cluster-silent',
      tone: 'stale',
      headline: 'Quorumdeck gets no answers from the cluster.',
      short: 'No answers from the cluster',
      detail: ['What you see was true ', { ageMs: 0 }, ' ago. The leader may be frozen, gone or cut off.'],
    }
  }
  const contested = view === null ? null : twoTruths(view)
  if (contested !== null) return contested
  if (view === null || link.state === 'no-leader' || view.quorum.leaderId === null) return leaderless(facts)
  return ofQuorum(view)
}

const CONTESTED: ReadonlySet<FindingCode> = new Set(['rival-quorum', 'metadata-missing', 'two-leaders'])

/** Two quorums, or committed metadata that is missing: nothing else on the page matters before this. */
function twoTruths(view: QuorumView): Verdict | null {
  const found = view.findings.find(({ code }) => CONTESTED.has(code))
  if (found === undefined) return null
  return {
    code: 'contested',
    tone: 'danger',
    headline: sentence(found.title),
    short: found.code === 'rival-quorum' ? 'Two quorums of one cluster' : found.title,
    detail: [found.detail],
  }
}

function serverLost(view: QuorumView | null): Verdict {
  return {
    code: 'server-lost',
    tone: 'stale',
    headline: view === null ? 'The Quorumdeck server does not answer.' : 'This page has lost the Quorumdeck server.',
    short: 'No connection to Quorumdeck',
    detail:
      view === null
        ? ['The page keeps trying. The cluster itself may be fine: check it with kafka-metadata-quorum.']
        : ['What you see was true ', { ageMs: 0 }, ' ago and may be wrong now. The page keeps trying to come back.'],
  }
}

function unlinked(
  state: Exclude<LinkState, 'live' | 'no-leader'>,
  { problem }: ClusterLink,
  view: QuorumView | null,
): Verdict {
  const detail = (fallback: string): Words =>
    sentences(
      [problem === null ? fallback : `${problem.detail} ${problem.remedy}`.trim()],
      view === null ? null : ['What you see was true ', { ageMs: 0 }, ' ago.'],
    )
  switch (state) {
    case 'connecting':
      return {
        code: state,
        tone: 'neutral',
        headline: 'Connecting to the cluster.',
        short: 'Connecting to the cluster',
        detail: detail('The addresses are being tried one after the other.'),
      }
    case 'unreachable':
      return {
        code: state,
        tone: 'danger',
        headline: 'Nobody answers: the cluster cannot be reached.',
        short: 'Cluster unreachable',
        detail: detail('None of the known addresses answers. The cluster is down, or cut off from here.'),
      }
    case 'refused':
      return {
        code: state,
        tone: 'danger',
        headline: sentence(problem?.title ?? 'The cluster refuses Quorumdeck'),
        short: 'Refused by the cluster',
        detail: detail('Its credentials, certificate or rights are not accepted.'),
      }
    case 'unsupported':
      return {
        code: state,
        tone: 'caution',
        headline: sentence(problem?.title ?? 'This cluster cannot be shown'),
        short: 'Cannot be shown',
        detail: detail('It is not a KRaft cluster, is too old, or is not the cluster that was configured.'),
      }
    default:
      return state satisfies never
  }
}

/** Causes for which no election will end by itself. */
const WITHOUT_HOPE: ReadonlySet<string> = new Set(['majority-down', 'voters-line-missing', 'scram-only'])

function leaderless({ view, link, longWithoutLeader }: VerdictFacts): Verdict {
  const troubled = view === null ? [] : troubledVoters(view)
  const margin = view?.quorum.margin ?? null
  if (view !== null && margin !== null && margin < 0) return majorityLost(view, troubled)
  const cause = view?.findings.find(({ code }) => code === 'no-leader')
  // Where the cause is known no waiting helps, and none is proposed.
  if (!longWithoutLeader && !WITHOUT_HOPE.has(link?.problem?.code ?? '')) {
    return {
      code: 'electing',
      tone: 'caution',
      headline: 'No leader at this moment.',
      short: 'No leader at this moment',
      detail: ['The controllers are electing one; that takes a second or two.'],
    }
  }
  return {
    code: 'no-leader',
    tone: 'danger',
    headline: cause === undefined ? 'No leader: the quorum does not work.' : sentence(cause.title),
    short: 'No leader',
    detail: [cause === undefined ? `${WITHOUT_LEADER} ${link?.problem?.remedy ?? ''}`.trim() : cause.detail],
  }
}

function majorityLost(view: QuorumView, troubled: readonly ReplicaView[]): Verdict {
  const { healthyVoters, voters, majority } = view.quorum
  return {
    code: 'majority-lost',
    tone: 'danger',
    headline: `The majority is lost: ${healthyVoters} of ${plural(voters, 'voter')} healthy, ${majority} needed.`,
    short: 'Majority lost',
    detail: sentences(trouble(view, troubled), [`${consequence(view)} ${WITHOUT_LEADER}`]),
  }
}

function ofQuorum(view: QuorumView): Verdict {
  const { margin, settling, voters, leaderId } = view.quorum
  const troubled = troubledVoters(view)
  if (settling || margin === null) {
    const unseen = votersOf(view).filter((voter) => voter.health === 'unknown')
    const who = unseen.length === 0 ? 'every controller' : naming(unseen, 'controller')
    return {
      code: 'settling',
      tone: troubled.length > 0 ? 'caution' : 'neutral',
      headline: `Settling: waiting for ${who} to fetch from leader ${leaderId}.`,
      short: 'Settling after an election',
      detail: sentences(
        ['It has just been elected. What can be lost is known once every voter has fetched.'],
        trouble(view, troubled),
      ),
    }
  }
  if (margin < 0) return majorityLost(view, troubled)
  const critical = view.findings.find(({ severity }) => severity === 'critical')
  if (critical !== undefined) {
    return {
      code: 'critical',
      tone: 'danger',
      headline: sentence(critical.title),
      short: critical.title,
      detail: sentences([critical.detail], [consequence(view)]),
    }
  }
  if (margin === 0) {
    const cannot = 'cannot lose another controller'
    const headline =
      troubled.length > 0
        ? `${state(troubled)} The quorum works, but ${cannot}.`
        : voters === 1
          ? 'A single controller: the quorum works, but cannot lose it.'
          : voters === 2
            ? 'Two controllers: the quorum works, but cannot lose either.'
            : `The quorum works, but ${cannot}.`
    return {
      code: 'margin-zero',
      tone: 'caution',
      headline,
      short: voters === 1 ? 'Cannot lose its only controller' : 'Cannot lose another controller',
      detail: sentences(trouble(view, troubled), [consequence(view)], pending(view)),
    }
  }
  const canLose = `can lose ${margin} more ${margin === 1 ? 'controller' : 'controllers'}`
  if (troubled.length > 0) {
    return {
      code: 'voter-troubled',
      tone: 'caution',
      headline: `${state(troubled)} The quorum works and ${canLose}.`,
      short: `${state(troubled).replace(/\.$/, '')}, can lose ${margin} more`,
      detail: sentences(trouble(view, troubled), pending(view)),
    }
  }
  const right = view.findings.find((finding) => finding.code === 'acl-missing')
  if (right !== undefined) {
    return {
      code: 'missing-rights',
      tone: 'caution',
      headline: `Healthy, as far as the granted rights show: you ${canLose}.`,
      short: `Can lose ${margin} more, rights missing`,
      detail: sentences([sentence(right.title)], [consequence(view)], pending(view)),
    }
  }
  const warning = view.findings.find(({ severity }) => severity === 'warning')
  if (warning !== undefined) {
    return {
      code: 'warned',
      tone: 'caution',
      headline: `${sentence(warning.title)} The quorum works and ${canLose}.`,
      short: `${warning.title}, can lose ${margin} more`,
      detail: sentences([`All ${voters} voters follow leader ${leaderId}.`], [consequence(view)], pending(view)),
    }
  }
  return {
    code: 'healthy',
    tone: 'ok',
    headline: `Healthy: you ${canLose}.`,
    short: `Healthy: can lose ${margin} more`,
    detail: sentences([`All ${voters} voters follow leader ${leaderId}.`], [consequence(view)], pending(view)),
  }
}

function naming(replicas: readonly ReplicaView[], what: string): string {
  const ids = replicas.map((replica) => replica.nodeId)
  return `${what}${ids.length === 1 ? '' : 's'} ${listed(ids)}`
}

/** "Controller 2 is silent." */
function state(troubled: readonly ReplicaView[]): string {
  const silent = troubled.filter((voter) => voter.health === 'silent')
  const lagging = troubled.filter((voter) => voter.health === 'lagging')
  const say = (some: readonly ReplicaView[], word: string) =>
    some.length === 0 ? '' : `${naming(some, 'Controller')} ${some.length === 1 ? 'is' : 'are'} ${word}.`
  return [say(silent, 'silent'), say(lagging, 'lagging')].filter((text) => text !== '').join(' ')
}

/** Since when, by which measure, and whether a replacement is here. */
function trouble(view: QuorumView, troubled: readonly ReplicaView[]): Words | null {
  const worst = [...troubled].sort((a, b) => (b.lastFetchAgeMs ?? Infinity) - (a.lastFetchAgeMs ?? Infinity))[0]
  if (worst === undefined) return null
  const { fetchTimeoutMs, fetchTimeoutSource } = view.quorum
  const source = fetchTimeoutSource === 'cluster' ? 'from the cluster’s configuration' : 'assumed: Kafka’s default'
  const limit = `(timeout ${limitText(fetchTimeoutMs)}, ${source})`
  const one = troubled.length === 1 ? '' : ` from ${worst.nodeId}`
  const since: Words =
    worst.health === 'lagging'
      ? worst.lastCaughtUpAgeMs === null
        ? [`Never caught up under this leader ${limit}.`]
        : [`Not caught up for `, { ageMs: worst.lastCaughtUpAgeMs }, ` ${limit}.`]
      : worst.lastFetchAgeMs === null
        ? [`No fetch${one} since this leader took over ${limit}.`]
        : [`No fetch${one} for `, { ageMs: worst.lastFetchAgeMs }, ` ${limit}.`]
  return sentences(since, replacementNews(view, troubled))
}

function pending(view: QuorumView): Words | null {
  const change = view.quorum.pendingVoterChange
  if (change === null) return null
  return [`A voter change is appended but not committed yet: ${changeWords(change)}.`]
}

/** "adding 3", "removing 2", "adding 3, removing 2". */
export function changeWords(change: NonNullable<QuorumView['quorum']['pendingVoterChange']>): string {
  const ids = (keys: readonly { nodeId: number }[]) => listed(keys.map((key) => key.nodeId))
  const parts = [
    ...(change.added.length > 0 ? [`adding ${ids(change.added)}`] : []),
    ...(change.removed.length > 0 ? [`removing ${ids(change.removed)}`] : []),
  ]
  return parts.length > 0 ? parts.join(', ') : 'new endpoints of a voter'
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
