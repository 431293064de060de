import { expect, test } from 'vitest'
import { exampleView } from '../testing/examples/exampleFacts.ts'
import type { Hub } from './live/hub.ts'
import { Metrics } from './metrics.ts'
import type { WatchedCluster } from './watchedCluster.ts'

test('the loop has a turn between the figures of the replicas: a thousand observers are five thousand lines', async () => {
  const view = exampleView()
  const observer = {
    view,
    link: { state: 'live' },
    ageMs: () => 10,
    incidents: [],
    subscribe: () => () => {},
  }
  const cluster = { cluster: 'large', observer } as unknown as WatchedCluster
  const metrics = new Metrics([cluster], { clients: 0 } as Hub, { active: () => [] } as never)
  let turns = 0
  let isDone = false
  const count = () => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  const text = await metrics.text()
  isDone = true
  expect(text).toContain('quorumdeck_replica_lag_records{cluster="large",node_id="1"')
  expect(text).toContain('quorumdeck_event_loop_delay_max_seconds')
  expect(turns).toBeGreaterThanOrEqual(5)
})
