/** What was started, and is to be ended from the last to the first. */

/** Ends one thing that was started. */
export type Closer = () => Promise<void>

/**
 * Ends all, whatever fails, and what is started meanwhile, too.
 * @param onFault called with what one of them threw; the others are ended all the same
 */
export async function closeAll(closers: Closer[], onFault: (error: unknown) => void): Promise<void> {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close().catch(onFault)
}
