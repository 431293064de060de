import { expect, test } from 'vitest'
import { certificateVerdict, type SeenCertificate } from './certificateVerdict.ts'

const DAY_MS = 24 * 3_600_000
const NOW = 1_800_000_000_000

const seen = (change: Partial<SeenCertificate> = {}): SeenCertificate => ({
  protocol: 'TLSv1.3',
  subject: 'c1.example',
  names: ['c1.example', '10.0.0.1'],
  issuer: 'Example CA',
  validFromMs: NOW - DAY_MS,
  validToMs: NOW + 90 * DAY_MS,
  distrust: null,
  namesFit: true,
  ...change,
})
const judged = (change: Partial<SeenCertificate>) => certificateVerdict(seen(change), 'c1.example', NOW)

test('a good one says until when, and for whom', () => {
  expect(judged({})).toEqual({
    state: 'ok',
    found: [
      'TLSv1.3, certificate of c1.example, issued by Example CA',
      'Valid for c1.example, 10.0.0.1',
      'Expires in 90 days',
    ],
    remedy: '',
  })
})

test.each<[string, Partial<SeenCertificate>, 'ok' | 'warning' | 'failed', RegExp, RegExp]>([
  ['30 days are enough', { validToMs: NOW + 30 * DAY_MS }, 'ok', /30 days/, /^$/],
  ['a day less is not', { validToMs: NOW + 30 * DAY_MS - 1 }, 'warning', /29 days/, /Renew/],
  ['to the last moment', { validToMs: NOW + 1 }, 'warning', /Expires in 0 days/, /Renew/],
  [
    'and not in it',
    { validToMs: NOW, distrust: 'CERT_HAS_EXPIRED' },
    'failed',
    /expired, less than a day ago/,
    /new certificate/,
  ],
  [
    'long expired',
    { validToMs: NOW - 3 * DAY_MS, distrust: 'CERT_HAS_EXPIRED' },
    'failed',
    /expired, 3 days ago/,
    /new certificate/,
  ],
  ['not yet', { validFromMs: NOW + 1, distrust: 'CERT_NOT_YET_VALID' }, 'failed', /not valid yet/, /clocks/],
  [
    'an authority that nobody knows',
    { distrust: 'SELF_SIGNED_CERT_IN_CHAIN' },
    'failed',
    /Nobody we trust/,
    /ssl\.truststore/,
  ],
  ['distrusted for a reason of its own', { distrust: 'CERT_REVOKED' }, 'failed', /CERT_REVOKED/, /ssl\.truststore/],
  [
    'another name',
    { namesFit: false, distrust: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    'failed',
    /None of its names is c1\.example/,
    /by one of the names/,
  ],
  ['the check of the name is off', { namesFit: null }, 'ok', /turns the check of the name off/, /^$/],
])('%s', (_what, change, state, found, remedy) => {
  const verdict = judged(change)
  expect(verdict.state).toBe(state)
  expect(verdict.found.join('\n')).toMatch(found)
  expect(verdict.remedy).toMatch(remedy)
})

test('everything that is wrong is said at once', () => {
  const { found, remedy } = judged({ validToMs: NOW - 1, distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT', namesFit: false })
  expect(found.slice(0, 3)).toEqual([
    'It has expired, less than a day ago.',
    'Nobody we trust has issued it.',
    'None of its names is c1.example.',
  ])
  expect(remedy.match(/\./g)?.length).toBeGreaterThan(2)
})

test('a certificate with a thousand names does not fill the page', () => {
  const names = Array.from({ length: 1000 }, (_, at) => `n${at}.example`)
  expect(judged({ names }).found[1]).toMatch(/n9\.example, 990 more$/)
})
