/** Five hundred clusters of a company, as a page gets them over HTTP: the server has one. */
import type { Page } from '@playwright/test'
import { aSummary, linked } from '../../components/testing/exampleSummary.ts'
import type { ClusterSummary } from '../../server/contract/clusters.ts'

const GROUPS = ['Payments', 'Logistics', 'Search', 'Telemetry', 'Shop', 'Stores of the north'] as const

function summary(at: number, change: Partial<ClusterSummary> = {}): ClusterSummary {
  const group = GROUPS[at % 7]
  return aSummary(`c${at}`, {
    name: `${group?.toLowerCase().replaceAll(' ', '-') ?? 'loose'}-${String(at).padStart(3, '0')}.production.example`,
    ...(group === undefined ? {} : { group }),
    origin: at % 2 === 0 ? 'file' : 'added',
    addresses: [1, 2, 3].map((node) => `controller-${node}.c${at}.example:9093`),
    clusterId: `Kafka-cluster-id-${String(at).padStart(5, '0')}`,
    ...change,
  })
}

/** The first seven are in trouble, each in another way. @param round moves the ages */
export function fleet(count: number, round = 0): ClusterSummary[] {
  const ageMs = 200 + ((round * 137) % 700)
  return Array.from({ length: count }, (_, at) => {
    switch (at) {
      case 3:
        return summary(at, { ...linked('no-leader'), margin: null, healthyVoters: 2, leaderId: null })
      case 11:
        return summary(at, { healthyVoters: 2, margin: -1 })
      case 19:
        return summary(at, { healthyVoters: 3, margin: 0 })
      case 25:
        return summary(at, { healthyVoters: 4, margin: 1 })
      case 33:
        return summary(at, {
          ...linked('unreachable'),
          ageMs: null,
          margin: null,
          voters: null,
          healthyVoters: null,
          leaderId: null,
          observers: null,
          kafkaRelease: null,
        })
      case 40:
        return summary(at, { ageMs: 60_000 })
      case 41:
        return summary(at, { ageMs, sameKafkaCluster: ['payments-042.production.example'] })
      default:
        return summary(at, { ageMs: ageMs + (at % 50) })
    }
  })
}

/** Every answer has other ages, as it is in life. */
export async function showFleet(page: Page, count: number): Promise<void> {
  let round = 0
  await page.route('**/api/clusters', (route) => {
    round += 1
    return route.fulfill({ json: { serverRunId: 'run', clusters: fleet(count, round) } })
  })
}
