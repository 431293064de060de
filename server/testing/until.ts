/** For tests: asks again and again until there is an answer. */
import { setTimeout as pause } from 'node:timers/promises'
import { PATIENCE_MS } from './patience.ts'

/** @param ask `null`, `false` or `undefined`: not yet @param what is waited for, for whoever reads that it did not come */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  patienceMs = PATIENCE_MS,
): Promise<NonNullable<T>> {
  const startedMs = performance.now()
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer as NonNullable<T>
    if (performance.now() - startedMs > patienceMs) throw new Error(`${what} did not come`)
    await pause(20)
  }
}
