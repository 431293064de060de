/** Every address of a controller once, with who says so. */
import { expect, test } from 'vitest'
import { knownControllers } from './knownControllers.ts'

const endpoint = (port: number) => [{ listener: 'CONTROLLER', host: 'c', port }]

test('one address may be configured, recorded, registered and learned', () => {
  const known = knownControllers({
    configured: [{ host: 'c', port: 1 }],
    recorded: new Map([
      [0, endpoint(1)],
      [1, endpoint(2)],
    ]),
    registered: new Map([
      [0, endpoint(1)],
      [1, endpoint(3)],
    ]),
    learned: [
      { host: 'c', port: 2 },
      { host: 'c', port: 4 },
    ],
  })
  expect(known.map((k) => [k.address.port, k.recordedId, k.registeredId, k.configured])).toEqual([
    [1, 0, 0, true],
    [2, 1, null, false],
    [3, null, 1, false],
    [4, null, null, false],
  ])
})

test('a hostile answer may name thousands: those that count come first, and there is an end', () => {
  const learned = Array.from({ length: 5000 }, (_, i) => ({ host: 'h', port: i + 1 }))
  const known = knownControllers({
    configured: [],
    recorded: new Map([[0, endpoint(1)]]),
    registered: new Map(),
    learned,
  })
  expect(known).toHaveLength(64)
  expect(known.some((k) => k.recordedId === 0)).toBe(true)
})
