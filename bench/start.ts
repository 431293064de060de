/** From `npm start` with built pages to the first answer that names a leader, and to the first view at a websocket. */
import type { ClusterList } from '../server/contract/clusters.ts'
import { buildPagesIfStale } from '../server/http/pages.ts'
import { LiveClient } from './liveClient.ts'
import { median, spreadText } from './percentiles.ts'
import { startProduct } from './product.ts'
import type { Surroundings } from './surroundings.ts'

const ROUNDS = 5
const POLL_MS = 5

export async function start({ say, onEnd }: Surroundings): Promise<void> {
  await buildPagesIfStale(say)
  const listening: number[] = []
  const answers: number[] = []
  const views: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now()
    const product = await startProduct([])
    onEnd(() => product.end())
    listening.push(performance.now() - startedMs)
    const client = new LiveClient(product.host, 'practice')
    const view = client.seeing('a view', (v) => v.quorum.leaderId !== null).then(() => performance.now() - startedMs)
    for (;;) {
      const { clusters } = await product.read<ClusterList>('/api/clusters')
      if (clusters[0]?.leaderId !== null) break
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
    answers.push(performance.now() - startedMs)
    views.push(await view)
    await client.close()
    await product.end()
  }
  say(`listening:                        median ${Math.round(median(listening))} ms`)
  say(`/api/clusters names a leader:     median ${Math.round(median(answers))} ms — ${spreadText(answers, 'ms')}`)
  say(`first websocket view with leader: median ${Math.round(median(views))} ms — ${spreadText(views, 'ms')}`)
}
