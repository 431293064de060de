/** What a failed connection says of a node. Pure. */
import type { Reach } from '../../contract/quorumView.ts'
import type { FailureCode } from '../../kafka/failure.ts'

/** Something answered, and it is our credentials or trust, or its certificate, that do not fit. */
const UNVERIFIABLE: ReadonlySet<FailureCode> = new Set([
  'certificate',
  'tls-failed',
  'tls-required',
  'sasl-failed',
  'sasl-required',
])

export function reachOf(failure: FailureCode): Reach {
  if (UNVERIFIABLE.has(failure)) return 'unverifiable'
  return failure === 'connection-refused' ? 'refused' : 'silent'
}
