/** Does the same for many, but only for so many at once: a cluster has a thousand nodes, and each costs a connection. */
export async function someAtOnce<T>(all: Iterable<T>, atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const waiting = all[Symbol.iterator]()
  const lane = async () => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}
