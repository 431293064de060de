import { NetworkError, ResponseError, TimeoutError } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import { GssError } from './gssapi.ts'
import { isRefusal } from './kerberosSignIn.ts'

const SASL_AUTHENTICATE = 36
const answered = (errorCode: number) =>
  new ResponseError(SASL_AUTHENTICATE, 2, { '/': [errorCode, 'a reason'] }, { errorCode })

test.each([
  ['SASL_AUTHENTICATION_FAILED', answered(58), true],
  ['ILLEGAL_SASL_STATE', answered(34), false],
  ['a connection that is lost', new NetworkError('Connection closed'), false],
  ['no answer', new TimeoutError('Request timed out'), false],
  ['what the library of Kerberos reports', new GssError('no ticket'), false],
])('tickets are given up where the node has refused them: %s', (_what, error, refused) => {
  expect(isRefusal(error)).toBe(refused)
})
