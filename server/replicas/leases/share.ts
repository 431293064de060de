/** How clusters are spread over replicas. Pure. */

/** Most that one replica should have. */
export function fairShare(clusters: number, replicas: number): number {
  return Math.ceil(clusters / Math.max(1, replicas))
}

/** Those within the share, and every one that nobody else took when it could have. */
export function toTake(of: {
  free: readonly string[]
  held: number
  share: number
  isOrphaned: (cluster: string) => boolean
}): string[] {
  const room = Math.max(0, of.share - of.held)
  return of.free.filter((cluster, at) => at < room || of.isOrphaned(cluster))
}

/** Beyond the share, of those that may move; a few at a time, so that not all screens wait at once. */
export function toGiveBack(of: { held: readonly string[]; count: number; share: number }): string[] {
  const beyond = of.count - of.share
  return beyond <= 0 ? [] : of.held.slice(0, Math.min(beyond, MOST_AT_ONCE))
}

const MOST_AT_ONCE = 10
