/** Where to sign in, and where to go afterwards: only ever a path of this site. Pure. */

export function signInPath(from: string): string {
  return from === '/' || from.startsWith('/sign-in') ? '/sign-in' : `/sign-in?next=${encodeURIComponent(from)}`
}

/** The path in `?next=`, or `/` where it is missing or leads anywhere else. */
export function pathAfterSignIn(next: string | null): string {
  if (next === null || !/^\/(?![/\\])/.test(next)) return '/'
  try {
    const base = 'http://quorumdeck.invalid'
    const url = new URL(next, base)
    return url.origin === base && !url.pathname.startsWith('/sign-in') ? url.pathname + url.search + url.hash : '/'
  } catch {
    return '/'
  }
}
