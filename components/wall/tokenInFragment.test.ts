import { expect, test } from 'vitest'
import { tokenInFragment } from './tokenInFragment.ts'

test.each([
  ['#token=qdw_a-B', 'qdw_a-B'],
  ['#x=1&token=t', 't'],
  ['', null],
  ['#', null],
  ['#token=', null],
  [`#token=${'x'.repeat(600)}`, null],
])('%s', (hash, token) => expect(tokenInFragment(hash)).toBe(token))
