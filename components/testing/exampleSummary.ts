/** For tests: one cluster of many as the list has it, well, with five voters. */
import type { ClusterSummary } from '../../server/contract/clusters.ts'

export function aSummary(cluster: string, change: Partial<ClusterSummary> = {}): ClusterSummary {
  return {
    cluster,
    name: cluster,
    kind: 'kafka',
    clusterId: `id-of-${cluster}`,
    link: { state: 'live', sinceMs: 0, problem: null, attempts: [] },
    ageMs: 300,
    leaderId: 1,
    voters: 5,
    healthyVoters: 5,
    margin: 2,
    observers: 9,
    kafkaRelease: '4.3',
    worst: null,
    ...change,
  }
}

export const linked = (state: ClusterSummary['link']['state']): Pick<ClusterSummary, 'link'> => ({
  link: { state, sinceMs: 0, problem: null, attempts: [] },
})
