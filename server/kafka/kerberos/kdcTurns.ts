/**
 * Calls that may wait for a KDC take threads of libuv, which files, names and passwords need too: only a few at once, and one
 * for each credential, so that a realm whose KDC is down does not keep the others out.
 */

/** Of the four threads of libuv. */
const AT_ONCE = 2

interface Waiting {
  credential: string
  begin(): void
}

const running = new Set<string>()
const waiting: Waiting[] = []

function beginNext(): void {
  if (running.size >= AT_ONCE) return
  const at = waiting.findIndex(({ credential }) => !running.has(credential))
  const [next] = at === -1 ? [] : waiting.splice(at, 1)
  if (next === undefined) return
  running.add(next.credential)
  next.begin()
}

/** Runs the work once it is its turn. @param credential what tells it from others, in any words */
export async function inKdcTurn<T>(credential: string, work: () => Promise<T>): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<void>()
  waiting.push({ credential, begin: resolve })
  beginNext()
  await promise
  try {
    return await work()
  } finally {
    running.delete(credential)
    beginNext()
  }
}
