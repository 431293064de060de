import type { ChangeRules } from './permission/changeRules.ts'

/** Figures that the gates use. A cluster may have its own; where each comes from is shown beside it. */
export interface Thresholds {
  /** Highest lag that is near zero, in records. An idle log grows by about 2 records a second. */
  lagRecords: number
  /** How long a candidate must be near zero without a break, in ms. */
  windowMs: number
  /** Fewest samples in that time. */
  windowSamples: number
  /** Fetch and caught-up age of a candidate stay below this and the fetch timeout, in ms. */
  candidateAgeMs: number
  /** A longer gap between two observations restarts the window, in ms. */
  windowGapMs: number
  /** How long whoever carries a margin must have been healthy without a break, in ms. */
  healthyMs: number
  /** How long the quorum must be steady after the last change, in ms. */
  soakMs: number
  /** Who must approve what, and when; absent: nobody, and at any time. */
  changeRules?: ChangeRules
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  lagRecords: 10,
  windowMs: 10_000,
  windowSamples: 5,
  candidateAgeMs: 2000,
  windowGapMs: 2500,
  healthyMs: 10_000,
  soakMs: 60_000,
}

/** An older observation allows no write, in ms. */
export const MAX_OBSERVATION_AGE_MS = 5000
/** A voter that carries the quorum afterwards must have fetched this recently, in ms: replicas fetch every 500 ms. */
export const RECENT_FETCH_MS = 1000

/**
 * How long the answer to a voter change is waited for, in ms: the leader gives up after twice
 * `controller.quorum.request.timeout.ms` (reaching a new voter, then the commit), plus the way there and back.
 */
export function answerTimeoutMs(requestTimeoutMs: number): number {
  return Math.max(5000, 2 * requestTimeoutMs + 1000)
}

/**
 * How long a request that got no answer may still be carried out by the same leader, from when it was given up and its
 * connection reset, in ms.
 */
export function lateMs(requestTimeoutMs: number): number {
  return 2 * answerTimeoutMs(requestTimeoutMs)
}
