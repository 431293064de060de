/** The token in the link of a wall. Pure. */

/** `null` where the fragment has none. */
export function tokenInFragment(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token')
  return token === null || token === '' || token.length > 512 ? null : token
}
