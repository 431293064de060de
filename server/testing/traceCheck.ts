/**
 * Whether a recorded run could have happened by the rules: its observations against what a KRaft quorum can show, its journal
 * against what the engine may conclude from them. For tests on real Kafka; every rejection is a bug of ours or of the model.
 */
import type { QuorumView } from '../contract/quorumView.ts'
import { keyText } from '../contract/replicaKey.ts'
import { votersOf } from '../contract/voters.ts'
import type { Evidence } from '../contract/workflows.ts'
import type { Intent, QuorumRecord } from '../workflows/run/run.ts'
import { setText } from '../workflows/run/voterSet.ts'

export interface Trace {
  /** Every view, in order. */
  views: readonly QuorumView[]
  entries: Evidence['entries']
}

/** One view after another: T1 to T3. */
function quorumRejections(views: readonly QuorumView[]): string[] {
  const rejected: string[] = []
  const leaders = new Map<number, number>()
  let before: QuorumView | null = null
  for (const view of views) {
    const { leaderId, leaderEpoch, highWatermark } = view.quorum
    if (leaderId === null || leaderEpoch === null) continue
    const say = (what: string) => rejected.push(`view ${view.seq}, epoch ${leaderEpoch}: ${what}`)
    const known = leaders.get(leaderEpoch)
    if (known !== undefined && known !== leaderId) say(`T1 led by ${leaderId} and by ${known}`)
    leaders.set(leaderEpoch, leaderId)
    const ids = votersOf(view).map((v) => v.nodeId)
    if (new Set(ids).size !== ids.length) say('T3 a node id votes twice')
    const end = view.replicas.find((r) => r.status === 'leader')?.logEndOffset ?? null
    if (highWatermark !== null && end !== null && highWatermark > end) say('T1 the high watermark is beyond the log')
    if (before !== null) rejected.push(...stepRejections(before, view))
    before = view
  }
  return rejected
}

function stepRejections(before: QuorumView, view: QuorumView): string[] {
  const rejected: string[] = []
  const say = (what: string) => rejected.push(`view ${before.seq} to ${view.seq}: ${what}`)
  const [one, other] = [before.quorum, view.quorum]
  if ((other.leaderEpoch ?? 0) < (one.leaderEpoch ?? 0)) say('T1 the epoch falls')
  if (one.leaderEpoch === other.leaderEpoch) {
    if (one.highWatermark !== null && other.highWatermark !== null && other.highWatermark < one.highWatermark) {
      say('T1 the high watermark falls within an epoch')
    }
    const old = new Set(votersOf(before).map(keyText))
    const now = new Set(votersOf(view).map(keyText))
    const changes = [...now].filter((key) => !old.has(key)).length + [...old].filter((key) => !now.has(key)).length
    // One change is appended at a time, and each costs a commit: between two looks there is room for few.
    const moved = (other.highWatermark ?? 0) - (one.highWatermark ?? 0)
    if (changes > 1 && moved < changes) say(`T2 ${changes} changes of the voters without as many commits`)
  }
  return rejected
}

/** Whether the recorded views prove this voter set between two moments: T5. */
function settledBetween(views: readonly QuorumView[], fromMs: number, toMs: number, voters: string): boolean {
  const seen = views.filter(
    (v) =>
      v.observedAtMs >= fromMs &&
      v.observedAtMs <= toMs &&
      v.quorum.leaderId !== null &&
      setText(votersOf(v)) === voters,
  )
  return seen.some((second, i) =>
    seen.slice(0, i).some((first) => {
      const end = first.replicas.find((r) => r.status === 'leader')?.logEndOffset ?? null
      const { highWatermark, leaderEpoch } = second.quorum
      return first.quorum.leaderEpoch === leaderEpoch && end !== null && highWatermark !== null && highWatermark >= end
    }),
  )
}

interface EntryData {
  intent?: Intent
  gates?: { ok: boolean; code: string }[]
  quorum?: QuorumRecord | null
  applied?: boolean
  outcome?: unknown
}

/** Entry after entry: T4 to T6. */
function journalRejections({ views, entries }: Trace): string[] {
  const rejected: string[] = []
  let open: { intent: Intent; atMs: number } | null = null
  for (const { seq, type, atMs, data } of entries) {
    const { intent, gates = [], quorum, applied, outcome } = data as EntryData
    const say = (what: string) => rejected.push(`entry ${seq}, ${type}: ${what}`)
    switch (type) {
      case 'intended':
        if (open !== null) say('T4 another intent is open')
        for (const { code } of gates.filter((g) => !g.ok)) say(`T4 sent although ${code} did not hold`)
        if (intent !== undefined) open = { intent, atMs }
        if (intent?.change.kind === 'add' && intent.before.some((v) => v.nodeId === intent.change.nodeId)) {
          say('T4 an addition before the removal of the same id')
        }
        break
      case 'settled':
        if (open === null) say('T5 no intent is open')
        else {
          const voters = setText(applied === true ? open.intent.expected : open.intent.before)
          if (!settledBetween(views, open.atMs, atMs, voters)) say('T5 no two views prove it')
        }
        open = null
        break
      case 'adopted':
      case 'drifted':
        if (quorum != null && !settledBetween(views, 0, atMs, setText(votersOf(quorum))))
          say('T5 no two views prove it')
        open = null
        break
      case 'ended':
        if (open !== null) say('T6 ended with an open intent')
        if (outcome === 'done' && (quorum?.quorum.margin ?? -1) < 0) say('T6 done without a healthy majority')
        break
      default:
        break
    }
  }
  return rejected
}

/** What of the trace no quorum and no engine by our rules can have done; empty where the model accepts it. */
export function rejections(trace: Trace): string[] {
  return [...quorumRejections(trace.views), ...journalRejections(trace)]
}
