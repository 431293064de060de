import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pathAfterSignIn } from '../../server/contract/access/ownPath.ts'
import { signInPath } from './signInPath.ts'

test('comes back to where it was sent from', () => {
  expect(signInPath('/wall/payments?x=1')).toBe('/sign-in?next=%2Fwall%2Fpayments%3Fx%3D1')
  expect(pathAfterSignIn('/wall/payments?x=1')).toBe('/wall/payments?x=1')
})

test('does not go round in circles', () => {
  expect(signInPath('/sign-in?next=%2F')).toBe('/sign-in')
  expect(pathAfterSignIn('/sign-in?next=/sign-in')).toBe('/')
})

test.each([
  null,
  '',
  'https://elsewhere.example',
  '//elsewhere.example',
  '/\\elsewhere.example',
  '/\t/elsewhere.example',
  'javascript:alert(1)',
  '/.//elsewhere.example',
  '/..//elsewhere.example',
  '/a/..//elsewhere.example',
  '/%2e//elsewhere.example',
  '/%2E%2e//elsewhere.example',
  '/a/%2e%2e//elsewhere.example',
  '/./\\elsewhere.example',
  '/.\\/elsewhere.example',
])('never leaves this site: %s', (next) => {
  expect(pathAfterSignIn(next)).toBe('/')
})

test('whatever is given, what comes out stays on this site, as a browser reads it', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    'a',
    '?',
    '#',
    ':',
    '@',
    '\t',
    '\n',
    'elsewhere.example',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const path = pathAfterSignIn(pieces.join(''))
      for (const site of ['http://deck.example', 'https://deck.example:8480']) {
        expect(new URL(path, `${site}/sign-in`).origin).toBe(site)
      }
    }),
    { numRuns: 5000 },
  )
})
