/**
 * Many clusters in one process, and many screens on one cluster. The quorums run in a process of their own, and so do the
 * screens; what each of the three takes of the machine is printed, because on two cores they are in each other's way.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import type { ClusterList } from '../server/contract/clusters.ts'
import type { ServerMessage } from '../server/contract/live.ts'
import { startSimulatedQuorum } from '../server/sandbox/simulatedQuorum/start.ts'
import { startCrowd } from './crowd.ts'
import { startGuarded } from './guardedProcess.ts'
import { figure, spreadText } from './percentiles.ts'
import { cpuPercent, residentBytes } from './processUsage.ts'
import { type Product, ROOT, startProduct } from './product.ts'
import type { Surroundings } from './surroundings.ts'

const CLUSTERS = [50]
const SCREENS = [1000]
const CONTROLLERS = 3
const BROKERS = 6
const SETTLE_MS = 35_000
const MEASURE_MS = 30_000

/** `node bench/main.ts quorums <count>`: prints where they listen, a line of JSON. */
export async function runQuorums(count: number): Promise<void> {
  const addresses: string[][] = []
  for (let seed = 0; seed < count; seed += 1) {
    const quorum = await startSimulatedQuorum({
      controllers: CONTROLLERS,
      brokers: BROKERS,
      seed: seed + 1,
      newborn: true,
    })
    addresses.push(quorum.bootstrapControllers)
  }
  console.log(`lead ${JSON.stringify(addresses.map((all) => all.map((one) => Number(one.split(':').at(-1)))))}`)
}

/** `null` before there is one. */
async function metric({ host }: Product, name: string): Promise<number | null> {
  const text = await (await fetch(`http://${host}/metrics`)).text()
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]
  return found === undefined ? null : Number(found)
}

async function ready(product: Product, count: number): Promise<void> {
  for (;;) {
    const { clusters } = await product.read<ClusterList>('/api/clusters')
    const live = clusters.filter(({ link, voters }) => link.state === 'live' && voters === CONTROLLERS).length
    if (live === count) return
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

/** From the answer of each quorum to one client that watches all of them, in ms. */
function watchAll(host: string, clusters: readonly string[], ages: number[]): WebSocket {
  const socket = new WebSocket(`ws://${host}/ws`, { perMessageDeflate: false })
  let asked = 0
  const subscribe = () => {
    for (const cluster of clusters.slice(asked, asked + 50)) socket.send(JSON.stringify({ type: 'subscribe', cluster }))
    asked += 50
    // More messages in a second than a reader sends would end it.
    if (asked < clusters.length) setTimeout(subscribe, 1100)
  }
  socket.on('open', subscribe)
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString()) as ServerMessage
    if (message.type === 'delta') ages.push(Date.now() - message.at)
  })
  return socket
}

async function many(count: number, { say, onEnd }: Surroundings): Promise<void> {
  const quorums = await startGuarded(process.execPath, ['bench/main.ts', 'quorums', String(count)], ROOT)
  onEnd(() => quorums.end())
  const [, json = '[]'] = await quorums.printed(/lead (.+)\n/, 300_000)
  const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-fleet-'))
  const file = join(folder, 'quorumdeck.yaml')
  const clusters = (JSON.parse(json) as number[][]).map((ports, at) => ({
    name: `fleet-${at}`,
    bootstrapControllers: ports.map((port) => `127.0.0.1:${port}`),
  }))
  await writeFile(file, JSON.stringify({ clusters }))
  const product = await startProduct(['--config', file])
  onEnd(() => product.end())
  try {
    await ready(product, count)
    const ages: number[] = []
    const client = watchAll(
      product.host,
      clusters.map(({ name }) => name),
      ages,
    )
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    ages.length = 0
    const [cpu, generator] = await Promise.all([
      cpuPercent(product.process.pid, MEASURE_MS),
      cpuPercent(quorums.pid, MEASURE_MS),
    ])
    const blockS = await metric(product, 'quorumdeck_event_loop_delay_max_seconds')
    say(
      `${String(count).padStart(4)} clusters x ${CONTROLLERS + BROKERS}: ${figure(cpu)} % of a core (quorums ${figure(generator)} %), ` +
        `${Math.round((await residentBytes(product.process.pid)) / 1e6)} MB, longest block ${figure((blockS ?? Number.NaN) * 1000)} ms, ` +
        `answer to client ${spreadText(ages, 'ms')}, ${figure(ages.length / count / (MEASURE_MS / 1000))} views a second each`,
    )
    client.terminate()
  } finally {
    await product.end()
    await quorums.end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function screens({ say, onEnd }: Surroundings): Promise<void> {
  const quorums = await startGuarded(process.execPath, ['bench/main.ts', 'quorums', '1'], ROOT)
  onEnd(() => quorums.end())
  const [, json = '[]'] = await quorums.printed(/lead (.+)\n/, 60_000)
  const ports = (JSON.parse(json) as number[][])[0] ?? []
  const product = await startProduct(['--bootstrap-controller', ports.map((port) => `127.0.0.1:${port}`).join(',')])
  onEnd(() => product.end())
  await ready(product, 1)
  for (const count of SCREENS) {
    const crowd = await startCrowd(product.host, 'kafka', count)
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    const [cpu, generator] = await Promise.all([
      cpuPercent(product.process.pid, MEASURE_MS),
      cpuPercent(crowd.pid, MEASURE_MS),
    ])
    const blockS = await metric(product, 'quorumdeck_event_loop_delay_max_seconds')
    const { ages } = await crowd.leave()
    say(
      `${String(count).padStart(6)} screens: ${figure(cpu)} % of a core (screens ${figure(generator)} %), ` +
        `${Math.round((await residentBytes(product.process.pid)) / 1e6)} MB, longest block ${figure((blockS ?? Number.NaN) * 1000)} ms, ` +
        `answer to screen p50 ${figure(ages.p50)} · p99 ${figure(ages.p99)} · max ${figure(ages.max)} ms (${ages.count})`,
    )
  }
  await product.end()
  await quorums.end()
}

export async function fleet(around: Surroundings): Promise<void> {
  for (const count of CLUSTERS) await many(count, around)
  await screens(around)
}
