/** What nobody could be asked for is never taken for a cluster that is down: gates that need it to be down are open then. */
import { expect, test } from 'vitest'
import { type FailureCode, KafkaFailure } from '../../../kafka/failure.ts'
import { reachOf } from '../../assessment/reach.ts'
import { linkOfSearch } from './linkState.ts'

const search = (...codes: FailureCode[]) =>
  linkOfSearch({
    ...{ anyAnswer: false, found: null, namedLeaderId: null, attempts: [], met: [], outdated: null },
    failures: codes.map((code, at) => new KafkaFailure(code, `c${at}:9093`, 'a reason')),
  })

test.each([
  'certificate',
  'tls-failed',
  'tls-required',
  'sasl-failed',
  'sasl-required',
  'kerberos',
  'token',
  'host-not-allowed',
] as const)('%s: we are not let in, whoever else is down', (code) => {
  expect(search('no-answer', code, 'connection-refused')).toMatchObject({ state: 'refused', problem: { code } })
  expect(reachOf(code)).toBe('unverifiable')
})

test.each(['not-kafka', 'hostile-answer', 'kafka-error', 'unsupported-version'] as const)(
  '%s: something answers there',
  (code) => {
    expect(reachOf(code)).toBe('unverifiable')
  },
)

test('where nobody answers, the cluster is unreachable', () => {
  expect(search('no-answer', 'connection-refused').state).toBe('unreachable')
})
