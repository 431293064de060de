/** What a steady quorum of six costs on the wire, and the server that tells it to nobody and to a thousand clients. */
import { startCrowd } from './crowd.ts'
import { LiveClient } from './liveClient.ts'
import { figure, spreadText } from './percentiles.ts'
import { cpuPercent, residentBytes } from './processUsage.ts'
import { type Product, startProduct } from './product.ts'
import type { Surroundings } from './surroundings.ts'

const SETTLE_MS = 20_000
const WATCH_MS = 60_000
const USAGE_MS = 20_000
const CLIENTS = 1000

async function measure(product: Product, cluster: string, say: (line: string) => void): Promise<void> {
  const { pid } = product.process
  const client = new LiveClient(product.host, cluster)
  const whole = (health: string[]) => health.length === 6 && health.every((h) => h === 'ok')
  await client.seeing('six healthy replicas', (view) => whole(view.replicas.map((r) => r.health)))
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))

  const deltas: number[] = []
  const moving: number[] = []
  const stop = client.listen(({ message, bytes }) => {
    if (message.type !== 'delta') return
    deltas.push(bytes)
    moving.push(message.r?.length ?? 0)
  })
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS))
  stop()
  await client.close()
  const snapshot = new LiveClient(product.host, cluster)
  const bytes = await snapshot.next('a snapshot', ({ message, bytes }) => message.type === 'snapshot' && bytes)
  await snapshot.close()
  say(`deltas:    ${spreadText(deltas, 'bytes')}; rows that moved in each: ${spreadText(moving, 'of 6')}`)
  say(`deltas:    ${figure(deltas.length / (WATCH_MS / 1000))} a second`)
  say(`snapshot:  ${bytes} bytes`)
  const usage = async (clients: number) => {
    const cpu = await cpuPercent(pid, USAGE_MS)
    say(
      `${String(clients).padStart(5)} clients: ${figure(cpu)} % of a core, ${Math.round((await residentBytes(pid)) / 1e6)} MB`,
    )
  }
  await usage(0)
  const crowd = await startCrowd(product.host, cluster, CLIENTS)
  await usage(CLIENTS)
  const { ages } = await crowd.leave()
  say(
    `poll answer to client, all ${CLIENTS} clients: p50 ${figure(ages.p50)} · p99 ${figure(ages.p99)} · max ${figure(ages.max)} ms (${ages.count})`,
  )
}

export async function wire({ kafka, say, onEnd }: Surroundings): Promise<void> {
  say('simulated quorum, 3 controllers and 3 brokers, in the server process:')
  const practice = await startProduct([])
  onEnd(() => practice.end())
  await measure(practice, 'practice', say)
  await practice.end()

  say('real Kafka, 3 controllers and 3 brokers:')
  const { bootstrapControllers } = await kafka()
  const product = await startProduct(['--bootstrap-controller', bootstrapControllers.join(',')])
  onEnd(() => product.end())
  await measure(product, 'kafka', say)
  await product.end()
}
