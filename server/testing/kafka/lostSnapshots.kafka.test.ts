/**
 * A survivor whose newest snapshot lies beyond the end of its log, as a log that was truncated leaves it: recovered by `quorumdeck disk`,
 * on real Kafka. Part of `npm run safety`.
 */
import { readdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DiskReport } from '../../contract/diskReport.ts'
import { diskCommand } from '../../disk/command/diskCommand.ts'
import { thisHost } from '../../disk/host.ts'
import { batchHeader } from '../../kafka/records/batchHeader.ts'
import { startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { Watching } from '../watching.ts'

const VERSIONS = process.env.KAFKA_VERSIONS?.split(',') ?? []
const LOG_FOLDER = '__cluster_metadata-0'
const TOPICS = 'org.apache.kafka.tools.TopicCommand'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** What the command prints. @throws Error where it is refused */
async function disk(...args: string[]): Promise<string> {
  const { code, out, errors } = await diskCommand(args, thisHost, ['quorumdeck'])
  if (code !== 0) throw new Error(`disk ${args.join(' ')}: ${out}${errors}`)
  return out
}

async function inspected(directory: string): Promise<DiskReport> {
  return DiskReport.parse(JSON.parse(await disk('inspect', directory, '--json')))
}

/** Cuts whole batches off until the log ends before this offset. */
async function shorten(file: string, before: number): Promise<void> {
  const bytes = await readFile(file)
  let at = 0
  while (at < bytes.length) {
    const header = batchHeader(bytes.subarray(at))
    if (header.lastOffset >= before - 1) break
    at += header.bytes
  }
  await truncate(file, at)
}

function snapshotReaches(directory: string, offset: number): boolean {
  const names = readdirSync(join(directory, LOG_FOLDER)).filter((name) => name.endsWith('.checkpoint'))
  return names.some((name) => Number(name.slice(0, 20)) >= offset)
}

describe.each(VERSIONS)('Apache Kafka %s', (version) => {
  test('the older segments are put aside, the voter set begins a new one, and the node leads with all topics', async () => {
    const extra = { 'metadata.log.max.snapshot.interval.ms': '10000' }
    const kafka = await startApacheKafka({ version, controllers: 3, brokers: 1, extra })
    closing.push(() => kafka.close())
    const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-lost-snapshots-'))
    closing.push(() => rm(folder, { recursive: true, force: true }))
    const watching = new Watching({ bootstrapControllers: kafka.bootstrapControllers })
    closing.push(() => watching.stop())
    await watching.view('a log', (v) => (v.quorum.highWatermark ?? 0) > 20 && v.quorum.healthyVoters === 3)
    const servers = kafka.bootstrapServers.join(',')
    await kafka.tool(TOPICS, ['--bootstrap-server', servers, '--create', '--topic', 'orders', '--partitions', '2'])
    const seed = kafka.node(0)
    const made = (await inspected(seed.logDirectory)).log?.endOffset ?? 0
    await watching.until('a snapshot of all that', () => snapshotReaches(seed.logDirectory, made))
    for (const id of [0, 1, 2]) await kafka.node(id).end('SIGKILL')
    for (const id of [1, 2]) await kafka.node(id).act('wipe', kafka.clusterId)
    const log = join(seed.logDirectory, LOG_FOLDER, '00000000000000000000.log')
    await shorten(log, made)
    const report = await inspected(seed.logDirectory)
    const end = report.snapshots.at(-1)?.endOffset ?? 0
    expect(report.log?.endOffset).toBeLessThan(end)
    const file = join(folder, 'report.json')
    await writeFile(file, JSON.stringify(report))
    const backup = join(folder, 'backup')
    await disk('backup', seed.logDirectory, backup)
    const plan = await disk('recover', seed.logDirectory, '--lost', '1,2', '--reports', file, '--backup', backup)
    const words = plan.trim().split('\n').at(-1)?.trim().split(' ').slice(2) ?? []
    await disk(...words)
    expect(await readdir(join(seed.logDirectory, LOG_FOLDER))).toContain(`${String(end).padStart(20, '0')}.log`)
    const startedMs = performance.now()
    await seed.start()
    await watching.view(
      'the survivor leads',
      (v) => v.quorum.voters === 1 && v.quorum.leaderId === 0 && (v.quorum.highWatermark ?? 0) > end,
    )
    console.log(
      `Apache Kafka ${version}: a survivor with a snapshot beyond its log leads after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`,
    )
    let topics = ''
    for (let tries = 0; tries < 20 && !topics.includes('orders'); tries += 1)
      topics = await kafka.tool(TOPICS, ['--bootstrap-server', servers, '--list']).catch(String)
    expect(topics).toContain('orders')
  })
})
