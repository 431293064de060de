/**
 * The path below which the product is served, as `/quorumdeck`; empty where it has a host name of its own. It is taken away at the
 * door (server.ts), so that all rules on paths hold as they stand, and put in front of every path that leaves. Pure.
 */

const SEGMENT = '/[A-Za-z0-9_~-][A-Za-z0-9._~-]*'

/** What can be given: letters, digits, `.`, `_`, `~` and `-`, which no reader of a path takes for anything else. */
export const BASE_PATH = new RegExp(`^(?:/|(?:${SEGMENT}){1,8}/?)$`)

/** As it is put in front of paths: without a slash at its end; nothing for `/`. @param given fits `BASE_PATH` */
export function plainBasePath(given: string): string {
  return given.replace(/\/$/, '')
}

/** What of the target of a request stands below the base path, with its query; `null` where it is outside. */
export function belowBase(basePath: string, target: string): string | null {
  if (!target.startsWith(basePath)) return null
  const rest = target.slice(basePath.length)
  if (rest === '' || rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') || basePath === '' ? rest : null
}

/** A path of this server as browsers have to ask for it; the address of another site stays as it is. */
export function atBase(basePath: string, location: string): string {
  return location.startsWith('/') && !location.startsWith('//') ? basePath + location : location
}
