/** One cluster as the HTTP side sees it; `main` puts the parts together. */
import type { ClusterKind, ClusterSummary } from '../contract/clusters.ts'
import type { SandboxPort } from '../contract/sandbox.ts'
import type { ClusterHistory } from '../history/clusterHistory.ts'
import type { ClusterObserver } from '../quorum/reading/observer.ts'

export interface WatchedCluster {
  cluster: string
  name: string
  kind: ClusterKind
  /** It was added while the program ran, from a plan that is kept. */
  planned?: boolean
  observer: ClusterObserver
  history: ClusterHistory
  /** `null` where the cluster is not ours to break. */
  sandbox: SandboxPort | null
}

export function summaryOf({ cluster, name, kind, planned, observer }: WatchedCluster): ClusterSummary {
  const { view, link, ageMs } = observer.standing
  const worst = view?.findings.find((f) => f.severity !== 'info')
  return {
    cluster,
    name,
    kind,
    ...(planned ? { planned } : {}),
    clusterId: view?.clusterId ?? null,
    link,
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
