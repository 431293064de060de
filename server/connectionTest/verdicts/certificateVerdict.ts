/** What a certificate that a listener shows is worth: names, time, trust. Pure. */
import type { HopState } from '../../contract/fleet/connectionTest.ts'

export interface SeenCertificate {
  protocol: string | null
  subject: string
  /** subjectAltName, without the kinds. */
  names: string[]
  issuer: string
  validFromMs: number | null
  validToMs: number | null
  /** OpenSSL's code of why the chain is not trusted; `null`: it is. */
  distrust: string | null
  /** Whether one of its names is the one we asked for; `null`: the file turns this check off. */
  namesFit: boolean | null
}

export interface Verdict {
  state: HopState
  found: string[]
  remedy: string
}

const DAY_MS = 24 * 3_600_000
/** Certificates are renewed by people, in working hours. */
const SOON_DAYS = 30
const MOST_NAMES = 10

const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

/** @param asked the host whose name must be in it */
export function certificateVerdict(seen: SeenCertificate, asked: string, nowMs: number): Verdict {
  const { names, validFromMs, validToMs, distrust } = seen
  const days = validToMs === null ? null : Math.floor((validToMs - nowMs) / DAY_MS)
  const shownNames =
    names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`] : names
  const found = [
    `${seen.protocol ?? 'TLS'}, certificate of ${seen.subject}, issued by ${seen.issuer}`,
    names.length === 0 ? 'It holds no alternative names.' : `Valid for ${shownNames.join(', ')}`,
  ]
  if (days !== null && days >= 0) found.push(`Expires in ${days === 1 ? '1 day' : `${days} days`}`)
  const wrong: string[] = []
  const todo: string[] = []
  if (validToMs !== null && validToMs <= nowMs) {
    wrong.push(`It has expired, ${ago(nowMs - validToMs)} ago.`)
    todo.push('Give the node a new certificate.')
  }
  if (validFromMs !== null && validFromMs > nowMs) {
    wrong.push('It is not valid yet.')
    todo.push('Check the clocks of the node and of this machine.')
  }
  if (distrust !== null && UNKNOWN_AUTHORITY.has(distrust)) {
    wrong.push('Nobody we trust has issued it.')
    todo.push('Set ssl.truststore.* in the client properties file to the authority that issued it.')
  } else if (distrust !== null && wrong.length === 0 && distrust !== 'ERR_TLS_CERT_ALTNAME_INVALID') {
    wrong.push(`It is not trusted (${distrust}).`)
    todo.push('Check ssl.truststore.* in the client properties file, and the chain that the node shows.')
  }
  if (seen.namesFit === false) {
    wrong.push(`None of its names is ${asked}.`)
    todo.push('Name the node by one of the names, or give it a certificate with this one.')
  }
  if (wrong.length > 0) return { state: 'failed', found: [...wrong, ...found], remedy: todo.join(' ') }
  if (seen.namesFit === null) found.push('The file turns the check of the name off.')
  if (days !== null && days < SOON_DAYS)
    return { state: 'warning', found, remedy: 'Renew the certificate of the node soon.' }
  return { state: 'ok', found, remedy: '' }
}

function ago(ms: number): string {
  const days = Math.floor(ms / DAY_MS)
  if (days === 0) return 'less than a day'
  return days === 1 ? '1 day' : `${days} days`
}
