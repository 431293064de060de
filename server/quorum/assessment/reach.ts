/** What a failed connection says of a node. Pure. */
import type { Reach } from '../../contract/quorumView.ts'
import type { FailureCode } from '../../kafka/failure.ts'

/**
 * `not-let-in`: our credentials, our trust or our own settings are in the way, and are mended on our side. `unreadable`: something
 * answers, and what it answers does not say who it is.
 */
type Shows = 'refused' | 'silent' | 'not-let-in' | 'unreadable'

/**
 * Each code by itself, so that a new one cannot be forgotten. Only what shows that nobody answers counts as such: whoever
 * answers in a way that cannot be read, asks for what we do not have, or was never asked, may well be alive.
 */
const SHOWS: Readonly<Record<FailureCode, Shows>> = {
  'connection-refused': 'refused',
  'name-unknown': 'silent',
  'no-answer': 'silent',
  'connection-lost': 'silent',
  certificate: 'not-let-in',
  'tls-failed': 'not-let-in',
  'tls-required': 'not-let-in',
  'sasl-failed': 'not-let-in',
  'sasl-required': 'not-let-in',
  kerberos: 'not-let-in',
  token: 'not-let-in',
  'host-not-allowed': 'not-let-in',
  'not-kafka': 'unreadable',
  'hostile-answer': 'unreadable',
  'kafka-error': 'unreadable',
  'unsupported-version': 'unreadable',
}

export function reachOf(failure: FailureCode): Reach {
  const shows = SHOWS[failure]
  return shows === 'refused' || shows === 'silent' ? shows : 'unverifiable'
}

export function isNotLetIn(failure: FailureCode): boolean {
  return SHOWS[failure] === 'not-let-in'
}
