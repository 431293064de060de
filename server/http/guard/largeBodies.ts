/** Bodies of megabytes: to read one takes a tenth of a second, in which the process does nothing else. */
import type { MiddlewareHandler } from 'hono'
import type { RequestEnv } from '../api.ts'
import { refuse } from '../refusal.ts'

/** In memory at once; each may have 11 MB. */
const MOST = 4

/** One after another, with everything else between them. @param isLarge which paths take such bodies @param most length of the others, in bytes */
export function oneAtATime(isLarge: (path: string) => boolean, most: number): MiddlewareHandler<RequestEnv> {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0
  return async (c, next) => {
    const length = c.req.header('content-length')
    if (!isLarge(c.req.path) || (length !== undefined && Number(length) <= most)) return await next()
    if (waiting === MOST) throw refuse.busy()
    waiting += 1
    try {
      // Whoever sends it slowly holds nobody up.
      await c.req.text()
      const { promise, resolve } = Promise.withResolvers<void>()
      const before = last
      last = promise
      await before
      try {
        await next()
      } finally {
        resolve()
      }
    } finally {
      waiting -= 1
    }
  }
}
