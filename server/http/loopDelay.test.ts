import { setTimeout as delay } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { LoopDelay } from './loopDelay.ts'

test('a block is told, also after the window in which it was has ended, and then forgotten', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const loop = new LoopDelay()
  try {
    await delay(20)
    const untilMs = performance.now() + 100
    while (performance.now() < untilMs);
    await delay(20)
    expect(loop.recent.maxMs).toBeGreaterThanOrEqual(95)
    expect(loop.recent.p99Ms).toBeGreaterThan(0)
    vi.advanceTimersByTime(15_000)
    expect(loop.recent.maxMs).toBeGreaterThanOrEqual(95)
    vi.advanceTimersByTime(15_000)
    expect(loop.recent).toEqual({ maxMs: 0, p99Ms: 0 })
  } finally {
    loop.close()
    vi.useRealTimers()
  }
})
