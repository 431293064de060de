/** For tests: many clusters, two servers, one of which is killed by kill -9: how long until the other observes all of its clusters. */
import type { ClusterList } from '../../contract/clusters.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from '../../sandbox/simulatedQuorum/start.ts'
import { until } from '../until.ts'
import { ask } from './asking.ts'
import { MortalReplica } from './mortalReplica.ts'

export interface KilledFleet {
  /** That the killed server observed. */
  killed: number
  /** Of each of its clusters, from the kill until the other showed a view of its own, in ms, shortest first. */
  tookMs: number[]
}

/** Who observes each cluster that is shown live with an age below this, in ms. */
const FRESH_MS = 3000

async function observers(url: string): Promise<Map<string, string>> {
  const list = await ask<ClusterList>(url, '/api/clusters').catch(() => null)
  const shown = (list?.body.clusters ?? []).flatMap(({ cluster, observedBy, link, ageMs }) =>
    observedBy != null && link.state === 'live' && ageMs !== null && ageMs < FRESH_MS
      ? [[cluster, observedBy] as const]
      : [],
  )
  return new Map(shown)
}

export async function killedFleet(url: string, count: number): Promise<KilledFleet> {
  const quorums: SimulatedQuorum[] = []
  const replicas: MortalReplica[] = []
  try {
    for (let i = 0; i < count; i += 1)
      quorums.push(await startSimulatedQuorum({ newborn: true, brokers: 0, seed: i + 1 }))
    const clusters = Object.fromEntries(quorums.map((quorum, i) => [`c${i}`, quorum.bootstrapControllers]))
    const order = { url, clusters, boundary: null, sendsIn: '', intervalMs: 1000 }
    const start = async (name: string) => {
      const replica = await MortalReplica.start({ ...order, name })
      replicas.push(replica)
      return replica
    }
    const [victim, heir] = [await start('victim'), await start('heir')]
    await until('all of them live at both, half of them at each', async () => {
      const [one, other] = await Promise.all([observers(victim.url), observers(heir.url)])
      const half = [...one.values()].filter((name) => name === 'victim').length
      return one.size === count && other.size === count && Math.abs(half - count / 2) < 1
    })
    const lost = [...(await observers(heir.url))].flatMap(([cluster, by]) => (by === 'victim' ? [cluster] : []))
    await victim.end('SIGKILL')
    const diedAtMs = victim.diedAtMs ?? performance.now()
    const tookMs = new Map<string, number>()
    await until('all of them taken over', async () => {
      const now = await observers(heir.url)
      for (const cluster of lost) {
        if (now.get(cluster) === 'heir' && !tookMs.has(cluster)) tookMs.set(cluster, performance.now() - diedAtMs)
      }
      return tookMs.size === lost.length
    })
    return { killed: lost.length, tookMs: [...tookMs.values()].toSorted((a, b) => a - b) }
  } finally {
    for (const replica of replicas) await replica.end()
    for (const quorum of quorums) await quorum.close()
  }
}
