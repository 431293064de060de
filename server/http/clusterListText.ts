/**
 * The list of all clusters as text, made once for all who ask at about the same time: of 500 clusters it takes some ms, and
 * every page asks for it every few seconds. What is added, removed or called otherwise is in the next answer in any case.
 */
import type { ClusterList } from '../contract/clusters.ts'
import { summariesOf, type WatchedCluster } from './watchedCluster.ts'

/** Ages in the list are at most so much older than when it is sent, in ms. */
const SHARED_MS = 250

export class ClusterListText {
  readonly #serverRunId: string
  #made: { atMs: number; of: string; text: string } | null = null

  constructor(serverRunId: string) {
    this.#serverRunId = serverRunId
  }

  of(clusters: readonly WatchedCluster[], nowMs: number): string {
    const of = clusters.map(({ cluster, name, group }) => `${cluster}\n${name}\n${group ?? ''}`).join('\n')
    const made = this.#made
    if (made !== null && made.of === of && Math.abs(nowMs - made.atMs) < SHARED_MS) return made.text
    const list: ClusterList = { serverRunId: this.#serverRunId, clusters: summariesOf(clusters) }
    const text = JSON.stringify(list)
    this.#made = { atMs: nowMs, of, text }
    return text
  }
}
