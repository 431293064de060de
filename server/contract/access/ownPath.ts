/** Where to go after signing in: only ever a path of this site. Pure. */

/** Stands for the origin of this site, whatever it is: only a path can resolve to it. */
const SITE = 'http://quorumdeck.invalid'
/** What one reader takes for a slash or a dot, and another does not; and what ends a line of a header. */
const AMBIGUOUS = /\\|%(?:25)*(?:2e|2f|5c|0[0-9a-f]|1[0-9a-f])|\p{Cc}/iu
/** Longer is no path of ours. */
const LONGEST = 2000

/** The path that `text` resolves to on this site; `null` where it leads anywhere else. */
function pathOnSite(text: string): string | null {
  try {
    const url = new URL(text, SITE)
    return url.origin === SITE ? url.pathname + url.search + url.hash : null
  } catch {
    return null
  }
}

/**
 * The path in `?next=`, or `/` where it is missing or leads anywhere else. Dot segments are gone once it is resolved, and
 * what is left may begin with two slashes, which is another host: so the result is judged, as the browser will read it.
 */
export function pathAfterSignIn(next: string | null | undefined): string {
  if (next == null || !next.startsWith('/') || next.length > LONGEST) return '/'
  const path = pathOnSite(next)
  if (path === null || pathOnSite(path) !== path || AMBIGUOUS.test(path.split(/[?#]/, 1)[0] ?? '')) return '/'
  if (path.startsWith('/sign-in') || path.startsWith('/api/')) return '/'
  return path
}
