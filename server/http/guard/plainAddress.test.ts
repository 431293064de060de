import { expect, test } from 'vitest'
import { plainAddress } from './plainAddress.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  [' 203.0.113.7:40001', '203.0.113.7'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:40001', '2001:db8::1'],
  ['unknown', null],
  ['', null],
  ['203.0.113.7\u0000x', null],
  ['x'.repeat(5000), null],
])('%j', (entry, address) => {
  expect(plainAddress(entry)).toBe(address)
})
