/** How long the event loop of this process was busy at most, without a turn for anything else. */

const EVERY_MS = 1

function ownCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/**
 * By the CPU that the thread of the loop took between two turns of a timer: what other processes take from it is not in
 * it. The system counts in steps of up to 4 ms.
 * @returns the longest such time, in ms, and what the work came to
 */
export async function longestBlock<T>(work: () => Promise<T>): Promise<{ blockMs: number; value: T }> {
  let [before, blockMs] = [ownCpuMs(), 0]
  const timer = setInterval(() => {
    const now = ownCpuMs()
    blockMs = Math.max(blockMs, now - before)
    before = now
  }, EVERY_MS)
  const value = await work()
  await new Promise((resolve) => setTimeout(resolve, 50))
  clearInterval(timer)
  return { blockMs, value }
}
