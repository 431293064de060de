import { expect, test } from 'vitest'
import { pathAfterSignIn, signInPath } from './signInPath.ts'

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
])('never leaves this site: %s', (next) => {
  expect(pathAfterSignIn(next)).toBe('/')
})
