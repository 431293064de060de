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
  /** How long the quorum must be steady after the last change, in ms. */
  soakMs: number
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  lagRecords: 10,
  windowMs: 10_000,
  windowSamples: 5,
  candidateAgeMs: 2000,
  windowGapMs: 2500,
  soakMs: 60_000,
}

/** An older observation allows no write, in ms. */
export const MAX_OBSERVATION_AGE_MS = 5000
/**
 * How long a request without an answer may still be carried out, in ms: the leader gives up after
 * `controller.quorum.request.timeout.ms` (2 s for reaching a new voter, 2 s for the commit), plus the way there.
 */
export const REQUEST_TIMEOUT_MS = 5000
