/** For tests: `quorumdeck disk` as an operator types it, and a real quorum whose disks are lost and brought back by it alone. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskReceipt } from '../contract/disk/diskPlan.ts'
import { DiskReport } from '../contract/diskReport.ts'
import { ranked } from '../recovery/ranking.ts'
import type { ApacheKafka } from '../sandbox/apacheKafka/start.ts'
import { METADATA_QUORUM, votersByTool } from '../sandbox/apacheKafka/tools.ts'
import { PATIENCE_MS } from './patience.ts'
import { Watching } from './watching.ts'

const MAIN = join(import.meta.dirname, '..', 'main.ts')
const TOPICS = 'org.apache.kafka.tools.TopicCommand'

export interface Ended {
  code: number
  out: string
  errors: string
}

export function disk(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'disk', ...args], { maxBuffer: 64 * 1024 * 1024 }, (error, out, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, out, errors })
    })
  })
}

/** The command line at the end of a plan, word by word. */
function confirming({ code, out, errors }: Ended): string[] {
  if (code !== 0) throw new Error(`not planned: ${errors}`)
  const line = out.trimEnd().split('\n').at(-1)?.trim() ?? ''
  return line.split(' ').slice(3)
}

/** Plans, then does what the plan prints. @throws Error where either is refused */
export async function changed(...args: string[]): Promise<DiskReceipt> {
  const words = confirming(await disk(...args))
  const { code, out, errors } = await disk(...words, '--json')
  if (code !== 0) throw new Error(`not carried out: ${out} ${errors}`)
  return (JSON.parse(out) as { receipt: DiskReceipt }).receipt
}

/** Codes of the refusals, sorted. */
export async function refusals(...args: string[]): Promise<string[]> {
  const { code, out } = await disk(...args, '--json')
  if (code !== 1) throw new Error(`not refused: ${out.slice(0, 2000)}`)
  return (JSON.parse(out) as { refusals: { code: string }[] }).refusals.map((one) => one.code).sort()
}

export interface Reported {
  file: string
  report: DiskReport
}

/** Quorums of one test file, and the files that the commands leave. */
export class LostDisks {
  readonly kafka: ApacheKafka
  readonly #folder: string
  readonly #watched: Watching[] = []
  #count = 0

  constructor(kafka: ApacheKafka, folder: string) {
    this.kafka = kafka
    this.#folder = folder
  }

  directory(nodeId: number): string {
    return this.kafka.node(nodeId).logDirectory
  }

  /** A path that is not there yet. */
  place(name: string): string {
    this.#count += 1
    return join(this.#folder, `${this.#count}-${name}`)
  }

  async inspected(...nodeIds: number[]): Promise<Reported[]> {
    const found: Reported[] = []
    await mkdir(this.#folder, { recursive: true })
    for (const nodeId of nodeIds) {
      const { code, out, errors } = await disk('inspect', this.directory(nodeId), '--json')
      if (code !== 0) throw new Error(errors)
      const file = this.place(`${nodeId}.json`)
      await writeFile(file, out)
      found.push({ file, report: DiskReport.parse(JSON.parse(out)) })
    }
    return found
  }

  /** The furthest of these, by `disk rank` itself and by the rules. */
  async furthest(reports: readonly Reported[]): Promise<number> {
    const { code, out, errors } = await disk('rank', ...reports.map(({ file }) => file), '--json')
    if (code !== 0) throw new Error(errors)
    const [first] = (JSON.parse(out) as { ranking: { nodeId: number }[] }).ranking
    const [best] = ranked(reports.map(({ report }) => report))
    if (first === undefined || best?.report.meta?.nodeId !== first.nodeId) throw new Error(`ranked otherwise: ${out}`)
    return first.nodeId
  }

  async backup(nodeId: number): Promise<string> {
    const to = this.place(`backup-${nodeId}`)
    const { code, errors } = await disk('backup', this.directory(nodeId), to)
    if (code !== 0) throw new Error(errors)
    return to
  }

  /** Waits until this node leads with a high watermark beyond `offset`. @returns seconds */
  async leads(nodeIds: readonly number[], offset: number): Promise<number> {
    const startedMs = performance.now()
    const bootstrapControllers = nodeIds.map((id) => `localhost:${this.kafka.node(id).spec.controllerPort}`)
    const watching = new Watching({ bootstrapControllers })
    this.#watched.push(watching)
    await watching.view(
      `one of ${nodeIds.join(', ')} leads`,
      ({ quorum }) =>
        quorum.leaderId !== null && nodeIds.includes(quorum.leaderId) && (quorum.highWatermark ?? 0) > offset,
    )
    return (performance.now() - startedMs) / 1000
  }

  /** The newest watching of `leads`. */
  get watching(): Watching {
    const watching = this.#watched.at(-1)
    if (watching === undefined) throw new Error('nothing is watched yet')
    return watching
  }

  stopWatching(): void {
    for (const watching of this.#watched.splice(0)) watching.stop()
  }

  #controllers(nodeIds: readonly number[]): string {
    return nodeIds.map((id) => `localhost:${this.kafka.node(id).spec.controllerPort}`).join(',')
  }

  async createTopic(name: string, partitions = 2): Promise<void> {
    await this.topicTool('--create', '--topic', name, '--partitions', String(partitions), '--replication-factor', '1')
  }

  /** Through the brokers that run. */
  topicTool(...args: string[]): Promise<string> {
    const running = this.kafka.bootstrapServers.filter((_server, at) => this.#brokers()[at]?.running === true)
    return this.kafka.tool(TOPICS, ['--bootstrap-server', running.join(','), ...args])
  }

  #brokers() {
    return [7, 8, 9].flatMap((id) => {
      try {
        return [this.kafka.node(id)]
      } catch {
        return []
      }
    })
  }

  /** Asks until it is as it should be: a broker needs a while to find the new leader. */
  async topics(wanted: readonly string[]): Promise<string[]> {
    const startedMs = performance.now()
    for (;;) {
      const text = await this.topicTool('--list').catch((error: unknown) => String(error))
      const found = text.split('\n').map((line) => line.trim())
      if (wanted.every((name) => found.includes(name)) || performance.now() - startedMs > PATIENCE_MS)
        return found.filter((name) => /^[a-z-]+$/.test(name)).sort()
    }
  }

  /** As an operator adds a controller: wipe, format, start, caught up, kafka-metadata-quorum add-controller. */
  async add(nodeId: number, leaders: readonly number[]): Promise<void> {
    const { kafka, watching } = this
    const node = kafka.node(nodeId)
    await node.act('wipe', kafka.clusterId)
    await node.act('format', kafka.clusterId)
    await node.start()
    const directoryId = await node.directoryId()
    await watching.view(`node ${nodeId} has caught up`, (v) =>
      v.replicas.some((r) => r.nodeId === nodeId && r.directoryId === directoryId && r.lag !== null && r.lag < 10),
    )
    const [leader = ''] = this.#controllers(leaders).split(',')
    const args = ['--bootstrap-controller', leader, '--command-config', node.configFile, 'add-controller']
    // An answer may be lost while the leader connects to the newcomer (docs/kafka.md): the voters tell.
    await kafka.tool(METADATA_QUORUM, args).catch(() => {})
    await watching.view(`node ${nodeId} votes`, (v) =>
      v.replicas.slice(0, v.quorum.voters).some((r) => r.nodeId === nodeId && r.directoryId === directoryId),
    )
  }

  voters(nodeIds: readonly number[]): Promise<string[]> {
    return votersByTool((main, args) => this.kafka.tool(main, args), this.#controllers(nodeIds).split(','))
  }

  /** What Kafka's own tool reads in a segment. */
  async dumped(nodeId: number, version: string, file: string): Promise<string> {
    const main = version.startsWith('4.3') ? 'org.apache.kafka.tools.DumpLogSegments' : 'kafka.tools.DumpLogSegments'
    const path = join(this.directory(nodeId), file)
    return await this.kafka.tool(main, ['--cluster-metadata-decoder', '--deep-iteration', '--files', path])
  }

  async logOf(nodeId: number): Promise<string> {
    return await readFile(this.kafka.node(nodeId).outputFile, 'utf8')
  }
}
