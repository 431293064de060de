/**
 * Whether the picture on the screen may be believed. Pure.
 *
 * Silence is a state. Two kinds are distinguished: nothing comes from the server (then nothing is known), or the server answers
 * and reports that nothing comes from the cluster. Time during which nobody could see the page does not count
 * against the server, but what is shown is not called live either until it has answered again.
 */
import { observationAgeMs, type Pulse } from './liveClusters.ts'

/**
 * `waiting`: nothing received yet. `rechecking`: silent so far, but the page has only just become visible.
 * `server-lost`: nothing received although somebody has been looking for long enough. `cluster-silent`: the server answers,
 * its newest observation is too old.
 */
export type Freshness = 'waiting' | 'live' | 'rechecking' | 'cluster-silent' | 'server-lost'

export interface FreshnessFacts {
  readonly nowMs: number
  readonly visibleSinceMs: number
  /** When this page began to wait for the cluster. */
  readonly watchedSinceMs: number
  readonly pulse: Pulse | null
  readonly intervalMs: number
  readonly heartbeatMs: number
}

export function silenceLimitMs(intervalMs: number): number {
  return Math.max(2 * intervalMs, 2_000)
}

export function freshness(facts: FreshnessFacts): Freshness {
  const limitMs = silenceLimitMs(facts.intervalMs)
  // A heartbeat slower than the samples is the server's promise; half of it again is allowed for the way.
  const serverLimitMs = Math.max(limitMs, facts.heartbeatMs * 1.5)
  const receivedAtMs = facts.pulse?.receivedAtMs ?? facts.watchedSinceMs
  if (facts.nowMs - receivedAtMs > serverLimitMs) {
    return facts.nowMs - facts.visibleSinceMs > serverLimitMs ? 'server-lost' : 'rechecking'
  }
  if (facts.pulse === null) return 'waiting'
  const ageMs = observationAgeMs(facts.pulse, facts.nowMs)
  return ageMs !== null && ageMs > limitMs ? 'cluster-silent' : 'live'
}
