/** What a wall may ask for: this table, and nothing beside it. Pure. */

type Scope = readonly string[] | null

/** `true`: whatever the token names. A function: whether this path is within its clusters. */
const MAY_GET: readonly { path: RegExp; within?: (cluster: string, clusters: readonly string[]) => boolean }[] = [
  // The list is cut to its clusters by the route itself.
  { path: /^\/api\/clusters$/ },
  { path: /^\/wall$/ },
  { path: /^\/wall\/([^/]+)$/, within: (cluster, clusters) => clusters.includes(cluster) },
  // Every message on it is looked at once more (server/http/live/hub.ts).
  { path: /^\/ws$/ },
]

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

/** @param path plain, without the query @param clusters of the token; `null`: all */
export function wallMayAsk(method: string, path: string, clusters: Scope): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  return MAY_GET.some(({ path: pattern, within }) => {
    const match = pattern.exec(path)
    if (match === null) return false
    if (within === undefined || clusters === null) return true
    const cluster = decoded(match[1] ?? '')
    return cluster !== null && within(cluster, clusters)
  })
}

export function isInScope(cluster: string, clusters: Scope): boolean {
  return clusters === null || clusters.includes(cluster)
}
