/** Many clusters, as a page gets them over HTTP: the server has one. */
import type { Page } from '@playwright/test'
import type { ClusterSummary } from '../../server/contract/clusters.ts'

function summary(at: number, change: Partial<ClusterSummary> = {}): ClusterSummary {
  return {
    cluster: `c${at}`,
    name: `cluster-${String(at).padStart(3, '0')}.production.example`,
    kind: 'kafka',
    clusterId: `id${at}`,
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

/** The last four are in trouble, each in another way. */
export function fleet(count: number): ClusterSummary[] {
  return Array.from({ length: count }, (_, at) => {
    switch (count - at) {
      case 1:
        return summary(at, {
          link: { state: 'no-leader', sinceMs: 0, problem: null, attempts: [] },
          margin: -1,
          healthyVoters: 2,
          leaderId: null,
        })
      case 2:
        return summary(at, { healthyVoters: 3, margin: 0 })
      case 3:
        return summary(at, {
          link: { state: 'unreachable', sinceMs: 0, problem: null, attempts: [] },
          ageMs: null,
          margin: null,
          voters: null,
          healthyVoters: null,
        })
      case 4:
        return summary(at, { ageMs: 60_000 })
      default:
        return summary(at)
    }
  })
}

export async function showFleet(page: Page, count: number): Promise<void> {
  await page.route('**/api/clusters', (route) =>
    route.fulfill({ json: { serverRunId: 'run', clusters: fleet(count) } }),
  )
}
