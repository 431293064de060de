import { expect, test } from 'vitest'
import { bytesText } from './bytes.ts'

test('bytes', () => {
  expect(
    [0, 1500, 9_999, 812_000, 999_000, 5_000_000, 50_000_000, 1e9, 2_400_000_000, 3_210_000_000_000].map(bytesText),
  ).toEqual(['0.0 kB', '1.5 kB', '10.0 kB', '812 kB', '999 kB', '5.0 MB', '50 MB', '1.0 GB', '2.4 GB', '3.21 TB'])
})
