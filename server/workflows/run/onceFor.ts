/**
 * Figures of an object that is never changed, only made anew: computed once for each, whoever asks. On a large cluster a
 * dozen gates of one step look at the same thousands of partitions.
 */
export function onceFor<Of extends object, T>(compute: (of: Of) => T): (of: Of) => T {
  const known = new WeakMap<Of, { value: T }>()
  return (of) => {
    const found = known.get(of) ?? { value: compute(of) }
    known.set(of, found)
    return found.value
  }
}

/** The same for each of these brokers. */
export function onceForBrokers<Of extends object, T>(
  compute: (of: Of, brokerIds: readonly number[]) => T,
): (of: Of, brokerIds: readonly number[]) => T {
  const known = onceFor((_: Of) => new Map<string, T>())
  return (of, brokerIds) => {
    const values = known(of)
    const key = brokerIds.join()
    const found = values.get(key)
    if (found !== undefined) return found
    const value = compute(of, brokerIds)
    values.set(key, value)
    return value
  }
}
