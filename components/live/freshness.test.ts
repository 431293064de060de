import { expect, test } from 'vitest'
import { type FreshnessFacts, freshness } from './freshness.ts'

const base: FreshnessFacts = {
  nowMs: 100_000,
  visibleSinceMs: 0,
  watchedSinceMs: 0,
  pulse: { receivedAtMs: 99_900, ageMs: 20, ageAtMs: 99_900 },
  intervalMs: 1_000,
  heartbeatMs: 1_000,
}

test('is live while the server speaks of a young observation', () => {
  expect(freshness(base)).toBe('live')
})

test('waits before anything was heard, and gives up after the limit', () => {
  expect(freshness({ ...base, pulse: null, watchedSinceMs: 99_000 })).toBe('waiting')
  expect(freshness({ ...base, pulse: null, watchedSinceMs: 97_000 })).toBe('server-lost')
})

test('loses the server after two intervals, and never before two seconds', () => {
  const heard = (agoMs: number) => ({ receivedAtMs: 100_000 - agoMs, ageMs: 0, ageAtMs: 100_000 - agoMs })
  expect(freshness({ ...base, intervalMs: 250, heartbeatMs: 250, pulse: heard(1_900) })).toBe('live')
  expect(freshness({ ...base, intervalMs: 250, heartbeatMs: 250, pulse: heard(2_100) })).toBe('server-lost')
  expect(freshness({ ...base, intervalMs: 3_000, pulse: heard(5_900) })).toBe('live')
  expect(freshness({ ...base, intervalMs: 3_000, pulse: heard(6_100) })).toBe('server-lost')
})

test('keeps to the promised heartbeat where it is slower than the samples', () => {
  const pulse = { receivedAtMs: 93_000, ageMs: null, ageAtMs: 93_000 }
  expect(freshness({ ...base, heartbeatMs: 5_000, pulse })).toBe('live')
  expect(freshness({ ...base, heartbeatMs: 4_000, pulse })).toBe('server-lost')
})

test('tells a cluster that is not heard from a server that is not heard', () => {
  expect(freshness({ ...base, pulse: { receivedAtMs: 99_900, ageMs: 7_000, ageAtMs: 99_900 } })).toBe('cluster-silent')
})

test('has no age to judge before the first observation: the link says what is wrong', () => {
  expect(freshness({ ...base, pulse: { receivedAtMs: 99_900, ageMs: null, ageAtMs: 99_900 } })).toBe('live')
})

test('an old picture on a page that has just become visible is being rechecked, not live and not lost', () => {
  const pulse = { receivedAtMs: 40_000, ageMs: 0, ageAtMs: 40_000 }
  expect(freshness({ ...base, visibleSinceMs: 99_500, pulse })).toBe('rechecking')
  expect(freshness({ ...base, visibleSinceMs: 97_900, pulse })).toBe('server-lost')
})
