/** Where to sign in, and where to go afterwards: only ever a path of this site. Pure. */

export function signInPath(from: string): string {
  return from === '/' || from.startsWith('/sign-in') ? '/sign-in' : `/sign-in?next=${encodeURIComponent(from)}`
}

/** Stands for the origin of this site, whatever it is: only a path can resolve to it. */
const SITE = 'http://quorumdeck.invalid'

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
export function pathAfterSignIn(next: string | null): string {
  const path = next === null || !next.startsWith('/') ? null : pathOnSite(next)
  if (path === null || pathOnSite(path) !== path || path.startsWith('/sign-in')) return '/'
  return path
}
