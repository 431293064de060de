/** What the wall says, line by line: one thing each, as few words as say it. Pure. */

import type { ClusterSummary } from '../../server/contract/clusters.ts'
import type { LeaderlessSet, QuorumView, ReplicaView } from '../../server/contract/quorumView.ts'
import { votersOf } from '../../server/contract/voters.ts'
import { listed } from '../../server/contract/words/lists.ts'
import type { WorkflowSummary } from '../../server/contract/workflows.ts'
import { formatCount, plural } from '../kit/words/format.ts'
import { healthSign } from '../kit/words/healthWords.ts'
import type { Word, Words } from '../kit/words/words.ts'
import { summaryVerdict } from '../verdict/summaryVerdict.ts'
import { changeWords, type Verdict } from '../verdict/verdict.ts'
import { drivesWords, stateSign } from '../workflows/links/runBrief.ts'

export interface WallSeat {
  readonly key: string
  readonly nodeId: number
  readonly glyph: string
  readonly tone: 'ok' | 'caution' | 'danger' | 'plain'
  readonly words: Words
}

/** While nobody leads only the controller itself shows whether it lives. */
function leaderlessSeat(
  voter: ReplicaView,
  { quorum, controllers }: QuorumView,
): Pick<WallSeat, 'tone' | 'glyph' | 'words'> | null {
  if (quorum.leaderId !== null || controllers === null) return null
  const own = controllers.filter(
    (c) => c.nodeId === voter.nodeId || (c.nodeId === null && c.recordedId === voter.nodeId),
  )
  const account = own.find(({ reach }) => reach === 'answers') ?? own[0]
  if (account === undefined) return null
  switch (account.reach) {
    case 'answers':
      return { tone: 'plain', glyph: '○', words: ['answers, no leader'] }
    case 'unverifiable':
      return { tone: 'caution', glyph: '?', words: ['answers, not verifiable'] }
    case 'refused':
    case 'silent':
      return { tone: 'danger', glyph: '✕', words: ['does not answer'] }
    default:
      return account.reach satisfies never
  }
}

export function wallSeat(voter: ReplicaView, view: QuorumView): WallSeat {
  const sign = healthSign(voter.health, voter.status)
  const base = { key: `${voter.nodeId}.${voter.directoryId ?? ''}`, nodeId: voter.nodeId }
  const alone = leaderlessSeat(voter, view)
  if (alone !== null) return { ...base, ...alone }
  if (voter.status === 'leader') return { ...base, glyph: '★', tone: 'ok', words: ['leader'] }
  const lag = `lag ${formatCount(voter.lag)}`
  switch (voter.health) {
    case 'ok':
      return { ...base, glyph: sign.glyph, tone: sign.tone, words: [`follows · ${lag}`] }
    case 'silent':
      return {
        ...base,
        glyph: sign.glyph,
        tone: sign.tone,
        words:
          voter.lastFetchAgeMs === null
            ? ['silent, no fetch under this leader']
            : ['silent ', { ageMs: voter.lastFetchAgeMs }, ` · ${lag}`],
      }
    case 'lagging':
      return { ...base, glyph: sign.glyph, tone: sign.tone, words: [`lagging · ${lag}`] }
    case 'unknown':
      return { ...base, glyph: sign.glyph, tone: sign.tone, words: ['no fetch yet'] }
    default:
      return voter.health satisfies never
  }
}

/** Below the verdict: who is in trouble, who leads since when, whether the quorum works. */
export function wallSubline(view: QuorumView, verdict: Verdict): Words {
  const { leaderId, leaderEpoch, leaderSinceMs, leaderClockMs, margin, leaderless } = view.quorum
  if (leaderless !== null && leaderless.sets.length > 0 && leaderless.code !== 'electing')
    return [leaderless.sets.map(wallSet).join(' · ')]
  const parts: Words[] = []
  for (const health of ['silent', 'lagging'] as const) {
    const some = votersOf(view).filter((one) => one.health === health)
    const first = some[0]
    if (first === undefined) continue
    const who = `${some.length === 1 ? 'Controller' : 'Controllers'} ${listed(some.map((one) => one.nodeId))} ${health}`
    const age = health === 'silent' ? first.lastFetchAgeMs : first.lastCaughtUpAgeMs
    parts.push(some.length === 1 && age !== null ? [`${who} for `, { ageMs: age }] : [who])
  }
  if (leaderId !== null) {
    const since: Words =
      leaderSinceMs !== null && leaderClockMs !== null
        ? [', for ', { ageMs: Math.max(0, leaderClockMs - leaderSinceMs) }]
        : []
    parts.push([`leader ${leaderId}, epoch ${leaderEpoch ?? '?'}`, ...since])
  }
  if (leaderId !== null && margin !== null && margin >= 0 && verdict.tone !== 'ok') parts.push(['quorum works'])
  return joined(parts)
}

/** "1 of 3 answers, 2 needed: 0 or 2 must come back": the same as the page of the cluster says, in fewer words. */
function wallSet({ which, nodeIds, majority, down, missing }: LeaderlessSet): string {
  const alive = nodeIds.length - down.length
  const set = which === 'only' ? '' : ` (${which} voters)`
  const back =
    missing === 0
      ? 'enough to elect a leader'
      : missing === down.length
        ? `${listed(down)} must come back`
        : missing === 1
          ? `${listed(down, 'or')} must come back`
          : `${missing} of ${listed(down)} must come back`
  return `${alive} of ${nodeIds.length} ${alive === 1 ? 'answers' : 'answer'}, ${majority} needed${set}: ${back}`
}

function joined(parts: readonly Words[]): Words {
  return parts.flatMap((part, index): readonly Word[] => (index === 0 ? part : [' · ', ...part]))
}

export function wallChange(view: QuorumView | null): string {
  if (view === null) return ''
  const change = view.quorum.pendingVoterChange
  return change === null ? 'No voter change in progress' : `Voter change not committed yet: ${changeWords(change)}`
}

/** A guided change that is under way; the newest, as there is one at a time. `null` where there is none. */
export function wallRun(workflows: readonly WorkflowSummary[]): string | null {
  const run = workflows.at(-1)
  if (run === undefined) return null
  const { glyph, word } = stateSign(run.state, false)
  return `${glyph} ${run.title}: step ${run.step} of ${run.steps} (${run.stepTitle}), ${word} · ${drivesWords(run.driver, null)}`
}

/** `null` where there are no others. */
export function otherClusters(
  summaries: readonly ClusterSummary[],
  current: string,
): { readonly words: string; readonly needsPerson: boolean } | null {
  const others = summaries.filter((one) => one.cluster !== current)
  if (others.length === 0) return null
  const needing = others.filter((one) => summaryVerdict(one, 0).needsPerson).length
  if (needing === 0) return { words: `${plural(others.length, 'other cluster')} healthy`, needsPerson: false }
  const verb = needing === 1 ? 'needs' : 'need'
  return { words: `${needing} of ${plural(others.length, 'other cluster')} ${verb} a person`, needsPerson: true }
}
