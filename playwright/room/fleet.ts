/** Many clusters, as a page gets them over HTTP: the server has one. */
import type { Page } from '@playwright/test'
import { aSummary, linked } from '../../components/testing/exampleSummary.ts'
import type { ClusterSummary } from '../../server/contract/clusters.ts'

function summary(at: number, change: Partial<ClusterSummary> = {}): ClusterSummary {
  return aSummary(`c${at}`, { name: `cluster-${String(at).padStart(3, '0')}.production.example`, ...change })
}

/** The last four are in trouble, each in another way. */
export function fleet(count: number): ClusterSummary[] {
  return Array.from({ length: count }, (_, at) => {
    switch (count - at) {
      case 1:
        return summary(at, {
          ...linked('no-leader'),
          margin: -1,
          healthyVoters: 2,
          leaderId: null,
        })
      case 2:
        return summary(at, { healthyVoters: 3, margin: 0 })
      case 3:
        return summary(at, {
          ...linked('unreachable'),
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
