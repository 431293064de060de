/**
 * For how long a broker has been watched to be without a registration. Counted on the monotonic clock, and only while the
 * metadata log was followed under one leader without a gap: what was not watched proves nothing. Pure.
 */
import type { Thresholds } from '../thresholds.ts'

export interface BrokerWatch {
  epoch: number
  sinceMs: number
  lastMs: number
  registered: ReadonlySet<number>
  /** When the registration of a broker was seen last, of those that are gone since the watch began. */
  leftMs: ReadonlyMap<number, number>
}

/**
 * @param epoch of the leader; `null` while nobody leads
 * @param registered brokers that the metadata log holds; `null` while it is not followed
 */
export function watchBrokers(
  before: BrokerWatch | null,
  epoch: number | null,
  registered: Iterable<number> | null,
  atMs: number,
  { windowGapMs }: Thresholds,
): BrokerWatch | null {
  if (epoch === null || registered === null) return null
  const now = new Set(registered)
  if (before === null || before.epoch !== epoch || atMs - before.lastMs > windowGapMs) {
    return { epoch, sinceMs: atMs, lastMs: atMs, registered: now, leftMs: new Map() }
  }
  const leftMs = new Map([...before.leftMs].filter(([id]) => !now.has(id)))
  for (const id of before.registered) if (!now.has(id)) leftMs.set(id, atMs)
  return { ...before, lastMs: atMs, registered: now, leftMs }
}

/** For how long it has been gone, in ms; 0 while it is registered, or was not watched just now. */
export function goneMs(watch: BrokerWatch | null, nodeId: number, nowMs: number, { windowGapMs }: Thresholds): number {
  if (watch === null || watch.registered.has(nodeId) || nowMs - watch.lastMs > windowGapMs) return 0
  return watch.lastMs - (watch.leftMs.get(nodeId) ?? watch.sinceMs)
}
