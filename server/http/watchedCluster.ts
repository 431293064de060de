/** One cluster as the HTTP side sees it; `main` puts the parts together. */
import type { Place } from '../contract/access/grants.ts'
import type { ClusterKind, ClusterOrigin, ClusterSummary } from '../contract/clusters.ts'
import type { SandboxPort } from '../contract/sandbox.ts'
import type { ClusterHistory } from '../history/clusterHistory.ts'
import type { ClusterObserver } from '../quorum/reading/observer.ts'

/** What is seen of a cluster, whoever observes it. */
export type ClusterSight = Pick<
  ClusterObserver,
  'cluster' | 'standing' | 'view' | 'link' | 'events' | 'incidents' | 'ageMs' | 'subscribe' | 'closeIncident'
>

export interface WatchedCluster {
  cluster: string
  /** What people call it; may be edited while it is watched. */
  name: string
  /** Clusters of one group stand together; `null`: in none. */
  group?: string | null
  origin?: ClusterOrigin
  /** `host:port` as written down. */
  addresses?: readonly string[]
  kind: ClusterKind
  /** It was added while the program ran, from a plan that is kept. */
  planned?: boolean
  observer: ClusterSight
  history: ClusterHistory
  /** Where several servers share the work: the name of the one that observes it now; `null`: none, or nobody knows. */
  observedBy?: () => string | null
  /** `null` where the cluster is not ours to break. */
  sandbox: SandboxPort | null
}

/** Where rights look for it: its name and its group. @param clusters may change in place */
export function placesAmong(clusters: readonly WatchedCluster[]): (cluster: string) => Place {
  return (cluster) => ({ cluster, group: clusters.find((one) => one.cluster === cluster)?.group ?? null })
}

/** Short names under which a run is watched: the one that it has, and those that are seen to be its Kafka cluster. */
export function namesOfRun(
  clusters: readonly WatchedCluster[],
  { cluster, clusterId }: { cluster: string; clusterId: string },
): string[] {
  const same = clusters.filter(({ observer }) => observer.view?.clusterId === clusterId)
  return [...new Set([cluster, ...same.map((one) => one.cluster)])]
}

/** Other names of the same Kafka cluster, by the short name of each that has any. */
export function sameKafkaClusters(clusters: readonly WatchedCluster[]): Map<string, string[]> {
  const byId = new Map<string, WatchedCluster[]>()
  for (const one of clusters) {
    const clusterId = one.observer.standing.view?.clusterId ?? null
    if (clusterId === null) continue
    const known = byId.get(clusterId)
    if (known === undefined) byId.set(clusterId, [one])
    else known.push(one)
  }
  const same = new Map<string, string[]>()
  for (const group of byId.values()) {
    if (group.length < 2) continue
    for (const one of group) {
      same.set(
        one.cluster,
        group.filter((other) => other !== one).map(({ name }) => name),
      )
    }
  }
  return same
}

/** The whole list, of those in sight. */
export function summariesOf(shown: readonly WatchedCluster[]): ClusterSummary[] {
  const same = sameKafkaClusters(shown)
  return shown.map((one) => {
    const others = same.get(one.cluster)
    return others === undefined ? summaryOf(one) : { ...summaryOf(one), sameKafkaCluster: others }
  })
}

export function summaryOf(watched: WatchedCluster): ClusterSummary {
  const { cluster, name, group, origin, addresses, kind, planned, observer } = watched
  const { view, link, ageMs } = observer.standing
  const worst = view?.findings.find((f) => f.severity !== 'info')
  return {
    cluster,
    name,
    kind,
    ...(planned ? { planned } : {}),
    ...(group == null ? {} : { group }),
    ...(origin === undefined ? {} : { origin }),
    ...(addresses === undefined ? {} : { addresses: [...addresses] }),
    ...(watched.observedBy === undefined ? {} : { observedBy: watched.observedBy() }),
    clusterId: view?.clusterId ?? null,
    // How each address was tried explains a cluster that does not answer; in a long list of others it is most of the bytes.
    link: link.state === 'live' ? { ...link, attempts: [] } : link,
    ageMs,
    leaderId: view?.quorum.leaderId ?? null,
    voters: view?.quorum.voters ?? null,
    healthyVoters: view?.quorum.healthyVoters ?? null,
    margin: view?.quorum.margin ?? null,
    observers: view === null ? null : view.replicas.length - view.quorum.voters,
    kafkaRelease: view?.quorum.kafkaRelease ?? null,
    worst: worst === undefined ? null : { severity: worst.severity, title: worst.title },
  }
}
