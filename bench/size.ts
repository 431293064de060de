/**
 * What a very large cluster costs: 1,000 brokers, 100,000 topics, 1,000,000 partitions, simulated. Folding, events of runs,
 * history and journal are measured inside this process; the tail in the product, as it is started, at a leader that is a
 * program of its own.
 */
import { connect } from 'node:net'
import { startGuarded } from './guardedProcess.ts'
import { BROKERS, PARTITIONS, TOPICS } from './largeCluster.ts'
import { LiveClient } from './liveClient.ts'
import { figure, median, percentile } from './percentiles.ts'
import { cpuPercent, residentBytes } from './processUsage.ts'
import { type Product, ROOT, startProduct } from './product.ts'
import { events, fold, history, type Times, views } from './sizeInside.ts'
import { journalFigures } from './sizeJournal.ts'
import type { Surroundings } from './surroundings.ts'

const CLUSTER = 'large'
const PHASE_MS = 30_000
/** What /metrics tells of the event loop is of the last 30 s at the most. */
const FORGOTTEN_MS = 31_000
const RATE = 5000

type Row = [what: string, must: string, seen: string]

const ms = (value: number) => `${figure(value)} ms`
const seconds = (timeMs: number) => `${figure(timeMs / 1000)} s`
const times = ({ ms: all }: Times) => `median ${ms(median(all))}, longest ${ms(percentile(all, 100))}`
const longest = (all: readonly number[]) => ms(percentile(all, 100))

async function inside(say: (line: string) => void): Promise<Row[]> {
  const { reading, cpuMs, blockMs, residentMb } = await fold()
  say(`folded: ${reading.facts().placement.size} partitions`)
  const rows: Row[] = [
    ['fold of the whole log, CPU', '<= 10 s', seconds(cpuMs)],
    ['fold, longest block', '<= 20 ms', ms(blockMs)],
    ['fold, resident memory', '<= 1000 MB', `${figure(residentMb)} MB`],
    ['view with 1,000 observers: assess, diff, text', '<= 20 ms', times(views(reading))],
  ]
  const { drain, restart } = events(reading)
  rows.push(['event of a run that drains a broker', '<= 5 ms median', times(drain)])
  rows.push(['event of a rolling restart', '<= 5 ms median', times(restart)])
  const { blockMs: historyBlockMs, readMs, bytes } = await history(reading)
  rows.push(['GET history, ten clients in a loop: longest block', '<= 20 ms', ms(historyBlockMs)])
  rows.push(['GET history: answer', '', `median ${ms(median(readMs))}, ${figure(bytes / 1000)} kB`])
  return rows
}

async function journal(): Promise<Row[]> {
  const figures = await journalFigures()
  return [
    ['run of 10,000 entries: read', '<= 20 ms', longest(figures.readMs)],
    ['the same: list', '<= 20 ms', longest(figures.listMs)],
    ['the same: command', '<= 20 ms', longest(figures.commandMs)],
    ['the same, ended: read', '<= 20 ms', longest(figures.endedReadMs)],
    ['the same, ended: list', '<= 20 ms', longest(figures.endedListMs)],
    ['the same: longest block, with the start', '<= 20 ms', ms(figures.blockMs)],
    ['the same: disk', '<= 50 MB', `${figure(figures.diskMb)} MB`],
  ]
}

/** Longest time between two turns of the product's event loop, in ms. */
async function blockOf({ host }: Product): Promise<number> {
  const text = await (await fetch(`http://${host}/metrics`)).text()
  const [, value = 'NaN'] = /^quorumdeck_event_loop_delay_max_seconds (\S+)$/m.exec(text) ?? []
  return Number(value) * 1000
}

async function tail({ say, onEnd }: Surroundings): Promise<Row[]> {
  const leader = await startGuarded(process.execPath, ['bench/largeLeader.ts'], ROOT)
  onEnd(() => leader.end())
  const [, port = '', toldAt = '0'] = await leader.printed(/leads at 127\.0\.0\.1:(\d+), told at (\d+)/, 120_000)
  const tell = (line: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(toldAt), '127.0.0.1', () => socket.end(line, resolve))
    })
  const startedMs = performance.now()
  const product = await startProduct(['--bootstrap-controller', `127.0.0.1:${port}`, '--name', CLUSTER])
  onEnd(() => product.end())
  const { clusters } = await product.read<{ clusters: { cluster: string }[] }>('/api/clusters')
  const client = new LiveClient(product.host, clusters[0]?.cluster ?? CLUSTER)
  await client.seeing('a log that is followed', (v) => v.source.tailing && v.quorum.metadataVersion !== null, 120_000)
  say(`the product follows the log after ${seconds(performance.now() - startedMs)}`)
  const rows: Row[] = [['product, fold and start: longest block', '', ms(await blockOf(product))]]
  const ages: number[] = []
  client.listen(({ message, atMs }) => {
    if (message.type === 'delta') ages.push(atMs - message.at)
  })
  for (const [what, line] of [
    ['no tail', '0 1'],
    [`tail of ${RATE}/s in batches of 1`, `${RATE} 1`],
    [`tail of ${RATE}/s in batches of 100`, `${RATE} 100`],
  ] as const) {
    await tell(line)
    await new Promise((resolve) => setTimeout(resolve, FORGOTTEN_MS))
    ages.length = 0
    const percent = await cpuPercent(product.process.pid, PHASE_MS)
    const blockMs = await blockOf(product)
    rows.push([`${what}: CPU`, line.startsWith('0') ? '' : '<= 30 %', `${figure(percent)} %`])
    rows.push([`${what}: longest block`, '<= 20 ms', ms(blockMs)])
    rows.push([`${what}: view to client`, 'p99 <= 100 ms', `p99 ${ms(percentile(ages, 99))} (${ages.length})`])
  }
  rows.push([
    'product, resident memory',
    '<= 1000 MB',
    `${figure((await residentBytes(product.process.pid)) / 1e6)} MB`,
  ])
  await client.close()
  await product.end()
  await leader.end()
  return rows
}

export async function size(around: Surroundings): Promise<void> {
  const { say } = around
  say(`${BROKERS} brokers, ${PARTITIONS} partitions, ${TOPICS} topics`)
  const rows = [...(await journal()), ...(await inside(say)), ...(await tail(around))]
  const width = rows.reduce((most, [what]) => Math.max(most, what.length), 0)
  for (const [what, must, seen] of rows) say(`${what.padEnd(width)}  ${must.padEnd(16)}  ${seen}`)
}
