/** Which requests only the holder of a cluster can answer, and what they are about. Pure. */

export type About =
  | { kind: 'cluster'; cluster: string; evenAlone?: boolean }
  | { kind: 'run'; run: string }
  | { kind: 'alert'; alert: string }

const CLUSTER = /^\/api\/clusters\/([^/]+)(?:\/(.*))?$/
const RUN = /^\/api\/workflows\/([^/]+)(?:\/(.*))?$/
const ALERT = /^\/api\/alerts\/([^/]+)\/acknowledge$/
/** Every replica answers these itself: from what it is told, from the database, or by asking the nodes. */
const ANSWERED_BY_ALL = /^(quorum|controllers\/[^/]+|settings|rights|test|inspect|formation(\/archive)?)$/

/** `null`: whoever is asked answers. */
export function aboutOf(method: string, path: string): About | null {
  const [, cluster, ofCluster = ''] = CLUSTER.exec(path) ?? []
  if (cluster !== undefined) {
    // Of the cluster itself: another one of the same path is a test of what is no cluster yet.
    if (ofCluster === '') {
      const isChange = method === 'PATCH' || method === 'DELETE'
      return isChange ? { kind: 'cluster', cluster: decoded(cluster), evenAlone: true } : null
    }
    return ANSWERED_BY_ALL.test(ofCluster) ? null : { kind: 'cluster', cluster: decoded(cluster) }
  }
  const [, run, ofRun = ''] = RUN.exec(path) ?? []
  // A properties file holds secrets: whoever is asked looks at it, and it goes no further.
  if (run !== undefined) return ofRun === 'notes' || ofRun === 'properties' ? null : { kind: 'run', run: decoded(run) }
  const [, alert] = ALERT.exec(path) ?? []
  return alert === undefined ? null : { kind: 'alert', alert: decoded(alert) }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
