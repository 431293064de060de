/** For tests: a real quorum whose disks are lost, and brought back by `quorumdeck disk` alone. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DiskReport } from '../../contract/diskReport.ts'
import { readClientProperties } from '../../kafka/credentials/clientProperties.ts'
import { ranked } from '../../recovery/ranking.ts'
import type { ApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { METADATA_QUORUM, votersByTool } from '../../sandbox/apacheKafka/tools.ts'
import { PATIENCE_MS } from '../patience.ts'
import { Watching } from '../watching.ts'
import { disk } from './typedDisk.ts'

const TOPICS = 'org.apache.kafka.tools.TopicCommand'

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
    const { commandConfig } = this.kafka
    const security = commandConfig === null ? {} : await readClientProperties(commandConfig)
    const watching = new Watching({ bootstrapControllers, security })
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

  async createTopic(name: string, partitions = 2, replicas = 1): Promise<void> {
    const size = ['--partitions', String(partitions), '--replication-factor', String(replicas)]
    // Brokers may be registered a little later than a controller leads.
    const startedMs = performance.now()
    const create = (): Promise<unknown> =>
      this.topicTool('--create', '--topic', name, ...size).catch((error: unknown) => {
        if (String(error).includes('already exists')) return
        if (performance.now() - startedMs > PATIENCE_MS) throw error
        return create()
      })
    await create()
  }

  /** As Kafka's own tools take it. */
  get #client(): string[] {
    return this.kafka.commandConfig === null ? [] : ['--command-config', this.kafka.commandConfig]
  }

  get brokers(): number[] {
    return [0, 1, 2, 7, 8, 9].filter((id) => {
      try {
        return this.kafka.node(id).spec.brokerPort !== null
      } catch {
        return false
      }
    })
  }

  /** Through the brokers that run. */
  topicTool(...args: string[]): Promise<string> {
    const running = this.brokers.map((id) => this.kafka.node(id)).filter((node) => node.running)
    const servers = running.map(({ spec }) => `localhost:${spec.brokerPort}`).join(',')
    return this.kafka.tool(TOPICS, ['--bootstrap-server', servers, ...this.#client, ...args])
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
    const node = this.kafka.node(nodeId)
    await node.act('wipe', this.kafka.clusterId)
    await node.act('format', this.kafka.clusterId)
    await this.join(nodeId, leaders)
  }

  /** The same with the disk that it has. */
  async join(nodeId: number, leaders: readonly number[]): Promise<void> {
    const { kafka, watching } = this
    const node = kafka.node(nodeId)
    await node.start(true)
    const directoryId = await node.directoryId()
    await watching.view(`node ${nodeId} has caught up`, (v) =>
      v.replicas.some((r) => r.nodeId === nodeId && r.directoryId === directoryId && r.lag !== null && r.lag < 10),
    )
    const [leader = ''] = this.#controllers(leaders).split(',')
    // Node and client in one file: the tool reads the identity from it, and how to connect.
    const config = this.place(`add-${nodeId}.properties`)
    const client = kafka.commandConfig === null ? '' : await readFile(kafka.commandConfig, 'utf8')
    await writeFile(config, `${await readFile(node.configFile, 'utf8')}\n${client}`)
    const args = ['--bootstrap-controller', leader, '--command-config', config, 'add-controller']
    // An answer may be lost while the leader connects to the newcomer (docs/kafka.md): the voters show it.
    await kafka.tool(METADATA_QUORUM, args).catch(() => {})
    await watching.view(`node ${nodeId} votes`, (v) =>
      v.replicas.slice(0, v.quorum.voters).some((r) => r.nodeId === nodeId && r.directoryId === directoryId),
    )
  }

  /** Node ids, sorted. */
  async voters(nodeIds: readonly number[]): Promise<number[]> {
    const tool = (main: string, args: string[]) => this.kafka.tool(main, [...this.#client, ...args])
    const found = await votersByTool(tool, this.#controllers(nodeIds).split(','))
    return found.map((voter) => Number(voter.split(':')[0]))
  }

  /** What Kafka's own tool reads in a segment. */
  async dumped(nodeId: number, version: string, file: string): Promise<string> {
    const main = version.startsWith('4.3') ? 'org.apache.kafka.tools.DumpLogSegments' : 'kafka.tools.DumpLogSegments'
    const path = join(this.directory(nodeId), file)
    return await this.kafka.tool(main, ['--cluster-metadata-decoder', '--deep-iteration', '--files', path])
  }
}
