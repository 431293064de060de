/**
 * The list of all clusters as text, made once for all who ask at about the same time: of 500 clusters it takes some ms, and
 * every page asks for it every few seconds. What is added, removed, or called or linked otherwise is in the next answer
 * in any case: a list must not call a cluster unreachable whose view is served as live.
 */
import type { ClusterLink, ClusterList } from '../contract/clusters.ts'
import { summariesOf, type WatchedCluster } from './watchedCluster.ts'

/** Ages in the list are at most so much older than when it is sent, in ms. */
const SHARED_MS = 250

/** One that is reached otherwise is another object; its labels and its link change in place. */
interface Listed {
  watched: WatchedCluster
  name: string
  group: string | null | undefined
  link: ClusterLink['state']
}

function listedOf(watched: WatchedCluster): Listed {
  return { watched, name: watched.name, group: watched.group, link: watched.observer.standing.link.state }
}

function isSame(of: readonly Listed[], clusters: readonly WatchedCluster[]): boolean {
  return (
    of.length === clusters.length &&
    of.every(
      ({ watched, name, group, link }, at) =>
        watched === clusters[at] &&
        name === watched.name &&
        group === watched.group &&
        link === watched.observer.standing.link.state,
    )
  )
}

export class ClusterListText {
  readonly #serverRunId: string
  #made: { atMs: number; of: readonly Listed[]; text: string } | null = null

  constructor(serverRunId: string) {
    this.#serverRunId = serverRunId
  }

  of(clusters: readonly WatchedCluster[], nowMs: number): string {
    const made = this.#made
    if (made !== null && Math.abs(nowMs - made.atMs) < SHARED_MS && isSame(made.of, clusters)) return made.text
    const list: ClusterList = { serverRunId: this.#serverRunId, clusters: summariesOf(clusters) }
    const text = JSON.stringify(list)
    this.#made = { atMs: nowMs, of: clusters.map(listedOf), text }
    return text
  }
}
