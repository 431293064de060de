/**
 * The difference between two views of one cluster, and its application. Pure. Server and browser share this file so that
 * folding the deltas a browser got equals the server's view (delta.test.ts holds it for arbitrary views).
 */
import { type Delta, REPLICA_WORDS, type ReplicaNumbers } from './live.ts'
import type { QuorumFacts, QuorumView, ReplicaView } from './quorumView.ts'

type ReplicaWords = NonNullable<Delta['w']>[number][1]

/** Of plain data. Field by field: as texts, a thousand replicas would be written out twice for every view. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, i) => same(one, b[i]))
  }
  const [left, right] = [a, b] as [Record<string, unknown>, Record<string, unknown>]
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  )
}

function numbers(index: number, r: ReplicaView): ReplicaNumbers {
  return [index, r.logEndOffset, r.lag, r.timeLagMs, r.lastFetchAgeMs, r.lastCaughtUpAgeMs]
}

function changedFields<T extends object>(before: T, after: T, keys: readonly (keyof T)[]): Partial<T> | null {
  const changed: Partial<T> = {}
  for (const key of keys) if (!same(before[key], after[key])) changed[key] = after[key]
  return Object.keys(changed).length > 0 ? changed : null
}

/**
 * The delta that leads from `before` to `after`, or `null` where only a snapshot can bring it: another server run, a gap in
 * `seq`, another cluster, what was kept of it read by now, or other replicas (or another order of them).
 */
export function diffViews(before: QuorumView, after: QuorumView, ageMs: number | null): Delta | null {
  const sameReplicas =
    before.replicas.length === after.replicas.length &&
    before.replicas.every((r, i) => {
      const other = after.replicas[i]
      return other !== undefined && r.nodeId === other.nodeId && r.directoryId === other.directoryId
    })
  const follows =
    before.serverRunId === after.serverRunId &&
    before.cluster === after.cluster &&
    before.clusterId === after.clusterId &&
    before.incidentMemory === after.incidentMemory &&
    after.seq === before.seq + 1
  if (!sameReplicas || !follows) return null

  const delta: Delta = { type: 'delta', cluster: after.cluster, seq: after.seq, at: after.observedAtMs, ageMs }
  const quorum = changedFields(before.quorum, after.quorum, Object.keys(after.quorum) as (keyof QuorumFacts)[])
  if (quorum) delta.q = quorum
  const rows: ReplicaNumbers[] = []
  const words: [number, ReplicaWords][] = []
  after.replicas.forEach((replica, index) => {
    const old = before.replicas[index]
    if (old === undefined) return
    const row = numbers(index, replica)
    if (!same(row, numbers(index, old))) rows.push(row)
    const word = changedFields(old, replica, REPLICA_WORDS)
    if (word) words.push([index, word])
  })
  if (rows.length > 0) delta.r = rows
  if (words.length > 0) delta.w = words
  if (!same(before.findings, after.findings)) delta.f = after.findings
  if (!same(before.source, after.source)) delta.s = after.source
  if (!same(before.controllers, after.controllers)) delta.c = after.controllers
  if (!same(before.incidents, after.incidents)) delta.i = after.incidents
  return delta
}

/** The view after `delta`, or `null` where it does not follow `view` (a gap: ask for a snapshot). */
export function applyDelta(view: QuorumView, delta: Delta): QuorumView | null {
  if (delta.cluster !== view.cluster || delta.seq !== view.seq + 1) return null
  const replicas = [...view.replicas]
  for (const [index, logEndOffset, lag, timeLagMs, lastFetchAgeMs, lastCaughtUpAgeMs] of delta.r ?? []) {
    const old = replicas[index]
    if (old === undefined) return null
    replicas[index] = { ...old, logEndOffset, lag, timeLagMs, lastFetchAgeMs, lastCaughtUpAgeMs }
  }
  for (const [index, words] of delta.w ?? []) {
    const old = replicas[index]
    if (old === undefined) return null
    replicas[index] = { ...old, ...(words as Partial<ReplicaView>) }
  }
  return {
    ...view,
    seq: delta.seq,
    observedAtMs: delta.at,
    source: delta.s ?? view.source,
    quorum: { ...view.quorum, ...(delta.q as Partial<QuorumFacts>) },
    replicas,
    findings: delta.f ?? view.findings,
    controllers: delta.c === undefined ? view.controllers : delta.c,
    incidents: delta.i ?? view.incidents,
  }
}

/**
 * Which of two views of one cluster is to be shown. Within one server run the higher `seq`; a view of another run always
 * replaces the old one, because only the socket, which speaks for the newest run, delivers views.
 */
export function newer(old: QuorumView | null, incoming: QuorumView): QuorumView {
  if (old === null || old.serverRunId !== incoming.serverRunId || old.cluster !== incoming.cluster) return incoming
  return incoming.seq > old.seq ? incoming : old
}
