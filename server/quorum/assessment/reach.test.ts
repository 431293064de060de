/** A node that answers, and only cannot be verified, is never taken for one that is down. */
import { expect, test } from 'vitest'
import { asFailure } from '../../kafka/failure.ts'
import { reachOf } from './reach.ts'

const failed = (code: string, message = '') =>
  reachOf(asFailure('c:1', Object.assign(new Error(message), { code })).code)

test.each([
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'unverifiable'],
  ['CERT_HAS_EXPIRED', 'unverifiable'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unverifiable'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'unverifiable'],
  ['PLT_KFK_AUTHENTICATION', 'unverifiable'],
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'silent'],
  ['ENOTFOUND', 'silent'],
  ['ETIMEDOUT', 'silent'],
] as const)('%s: %s', (code, reach) => {
  expect(failed(code, code === 'ETIMEDOUT' ? 'timed out' : '')).toBe(reach)
})
