/** Bodies of megabytes: to read one takes a tenth of a second, in which the process does nothing else. */
import type { HonoRequest, MiddlewareHandler } from 'hono'
import type { RequestEnv } from '../api.ts'
import { refuse } from '../refusal.ts'

/** Of most requests; more is for paths that take files. */
export const MAX_BODY_BYTES = 64 * 1024
/** In memory at once; each may have 11 MB. */
const MOST = 4

/** One without a length may be of any size. */
export function mayBeLarge(request: HonoRequest): boolean {
  const length = request.header('content-length')
  return length === undefined || !(Number(length) <= MAX_BODY_BYTES)
}

/** One after another, with everything else between them. @param isFor which paths take such bodies */
export function oneAtATime(isFor: (path: string) => boolean): MiddlewareHandler<RequestEnv> {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0
  return async (c, next) => {
    if (!isFor(c.req.path) || !mayBeLarge(c.req)) return await next()
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
