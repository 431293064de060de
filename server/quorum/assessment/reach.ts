/** What a failed connection says of a node. Pure. */
import type { Reach } from '../../contract/quorumView.ts'
import type { FailureCode } from '../../kafka/failure.ts'

/**
 * Each code by itself, so that a new one cannot be forgotten. Only what shows that nobody answers counts as such: whoever
 * answers in a way that cannot be read, asks for what we do not have, or was never asked, may well be alive.
 */
const REACH: Readonly<Record<FailureCode, Reach>> = {
  'connection-refused': 'refused',
  'name-unknown': 'silent',
  'no-answer': 'silent',
  'connection-lost': 'silent',
  certificate: 'unverifiable',
  'tls-failed': 'unverifiable',
  'tls-required': 'unverifiable',
  'sasl-failed': 'unverifiable',
  'sasl-required': 'unverifiable',
  kerberos: 'unverifiable',
  token: 'unverifiable',
  'host-not-allowed': 'unverifiable',
  'not-kafka': 'unverifiable',
  'hostile-answer': 'unverifiable',
  'kafka-error': 'unverifiable',
  'unsupported-version': 'unverifiable',
}

export function reachOf(failure: FailureCode): Reach {
  return REACH[failure]
}

/** What is about our credentials, our trust and our own settings, and is mended on our side. */
const NOT_LET_IN: ReadonlySet<FailureCode> = new Set([
  'certificate',
  'tls-failed',
  'tls-required',
  'sasl-failed',
  'sasl-required',
  'kerberos',
  'token',
  'host-not-allowed',
])

export function isNotLetIn(failure: FailureCode): boolean {
  return NOT_LET_IN.has(failure)
}
