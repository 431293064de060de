/** A store whose writes others must hear of. */

/** The same store; after each of these methods has written, `tell` is called. */
export function tellingOf<T extends object, K extends keyof T & string>(
  store: T,
  methods: readonly K[],
  tell: () => void,
): T {
  const telling = { ...store }
  for (const method of methods) {
    const write = store[method] as unknown as (...given: unknown[]) => Promise<unknown>
    telling[method] = (async (...given: unknown[]) => {
      const answer = await write(...given)
      tell()
      return answer
    }) as unknown as T[K]
  }
  return telling
}
