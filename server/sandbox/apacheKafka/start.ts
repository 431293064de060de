/**
 * Starts a real Apache Kafka cluster on this machine and ends it again, whatever happens to us. Loopback only.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DiskReport } from '../../contract/diskReport.ts'
import type { Role } from '../../contract/quorumView.ts'
import type { SandboxAction, SandboxPort, SandboxState } from '../../contract/sandbox.ts'
import { portsAsWished, takePorts } from '../ports.ts'
import { type KafkaArtifacts, kafkaArtifacts } from './artifacts.ts'
import { changeDisk, reportOf } from './disks.ts'
import {
  bootstrapControllers,
  type ClusterLayout,
  type ListenerSecurity,
  type NodeSpec,
  nodeProperties,
  propertiesText,
} from './layout.ts'
import { KafkaNode, writeLogging } from './node.ts'
import { runTool } from './tools.ts'

export interface ApacheKafkaOptions {
  version: string
  /** Default 3: ids 0, 1, 2. */
  controllers?: number
  /** Default 3: ids 7, 8, 9. Ignored where `combined`. */
  brokers?: number
  /** Every controller is a broker too, and there are no others. */
  combined?: boolean
  staticQuorum?: boolean
  autoJoin?: boolean
  /** Take 8000, 8001, … and 9092, 9093, … where they are free, as in the article. */
  articlePorts?: boolean
  kafkaHome?: string
  security?: (folder: string) => Promise<ListenerSecurity>
  /** Further properties of every node. */
  extra?: Record<string, string>
  /** Further arguments of every `kafka-storage format`, for example `--add-scram …`. */
  formatArguments?: string[]
  onProgress?: (line: string) => void
}

export interface ApacheKafka {
  clusterId: string
  bootstrapControllers: string[]
  bootstrapServers: string[]
  /** The client's properties file, as Kafka's own tools take it; `null` where the listeners are plain. */
  commandConfig: string | null
  port: SandboxPort
  node(nodeId: number): KafkaNode
  /** Runs one of Kafka's own tools against this cluster. */
  tool(mainClass: string, args: string[]): Promise<string>
  close(): Promise<void>
}

const FOLDER = 'quorumdeck-kafka-'
const LOOPBACK = '127.0.0.1'

/** Folders of runs that were killed hold the process id in their names; remove those that nobody owns any more. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER)) continue
    const owner = Number(name.slice(FOLDER.length).split('-')[0])
    try {
      process.kill(owner, 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
        await rm(join(tmpdir(), name), { recursive: true, force: true })
      }
    }
  }
}

/** Kafka's `Uuid.randomUuid`: 16 random bytes, base64url, never starting with a dash (it would read as a flag). */
export function randomKafkaId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url')
    if (!id.startsWith('-')) return id
  }
}

function range(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i)
}

async function inTurns<T>(items: T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items]
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

export async function startApacheKafka(options: ApacheKafkaOptions): Promise<ApacheKafka> {
  const say = options.onProgress ?? (() => {})
  await sweep()
  say(`Finding Apache Kafka ${options.version} …`)
  const kafka = await kafkaArtifacts(options.version, options.kafkaHome)
  const folder = await mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`))
  const cluster = new SandboxCluster(kafka, folder, options, say)
  try {
    await cluster.create()
  } catch (error) {
    await cluster.close()
    throw error
  }
  return cluster
}

class SandboxCluster implements ApacheKafka {
  clusterId = randomKafkaId()
  commandConfig: string | null = null
  readonly port: SandboxPort
  readonly #kafka: KafkaArtifacts
  readonly #folder: string
  readonly #options: ApacheKafkaOptions
  readonly #say: (line: string) => void
  readonly #onGaveUp: (line: string) => void
  #layout: ClusterLayout = { nodes: [], staticQuorum: false, autoJoin: false, security: null, extra: {} }
  #bootstrap: string[] = []
  #nodes = new Map<number, KafkaNode>()
  #log4j = ''
  /** Controllers that a node's properties file names since it was edited. */
  readonly #edited = new Map<number, number[]>()
  /** Whose copy a new disk is to be made of, by the node that it is of. */
  readonly #sources = new Map<number, number>()

  constructor(kafka: KafkaArtifacts, folder: string, options: ApacheKafkaOptions, say: (line: string) => void) {
    this.#kafka = kafka
    this.#folder = folder
    this.#options = options
    this.#say = say
    this.#onGaveUp = options.onProgress ?? console.error
    this.port = {
      describe: () => this.#describe(),
      act: (action) => this.#act(action),
      reports: () => this.#reports(),
    }
  }

  get bootstrapControllers(): string[] {
    return this.#bootstrap
  }

  get bootstrapServers(): string[] {
    return this.#layout.nodes.filter((n) => n.brokerPort !== null).map((n) => `localhost:${n.brokerPort}`)
  }

  async create(): Promise<void> {
    this.#log4j = await writeLogging(this.#kafka, this.#folder)
    const { controllers = 3, brokers = 3, combined = false, articlePorts = false } = this.#options
    const security = this.#options.security === undefined ? null : await this.#options.security(this.#folder)
    const controllerPorts = await (articlePorts
      ? portsAsWished(LOOPBACK, range(8000, controllers))
      : takePorts(LOOPBACK, controllers))
    const brokerCount = combined ? controllers : brokers
    const brokerPorts = await (articlePorts
      ? portsAsWished(LOOPBACK, range(9092, brokerCount))
      : takePorts(LOOPBACK, brokerCount))
    const nodes: NodeSpec[] = controllerPorts.map((port, i) => ({
      nodeId: i,
      roles: combined ? ['controller', 'broker'] : ['controller'],
      controllerPort: port,
      brokerPort: combined ? (brokerPorts[i] ?? null) : null,
      folder: join(this.#folder, `server${i}`),
    }))
    if (!combined) {
      brokerPorts.forEach((port, i) => {
        const nodeId = 7 + i
        nodes.push({
          nodeId,
          roles: ['broker'],
          controllerPort: null,
          brokerPort: port,
          folder: join(this.#folder, `server${nodeId}`),
        })
      })
    }
    this.#layout = {
      nodes,
      staticQuorum: this.#options.staticQuorum ?? false,
      autoJoin: this.#options.autoJoin ?? false,
      security,
      extra: this.#options.extra ?? {},
    }
    this.#bootstrap = bootstrapControllers(this.#layout)
    if (security !== null) {
      this.commandConfig = join(this.#folder, 'client.properties')
      await writeFile(this.commandConfig, propertiesText(security.clientProperties))
    }
    await this.#formQuorum()
  }

  async #formQuorum(): Promise<void> {
    this.clusterId = randomKafkaId()
    this.#nodes = new Map(
      this.#layout.nodes.map((spec) => [spec.nodeId, new KafkaNode(this.#kafka, spec, this.#log4j, this.#onGaveUp)]),
    )
    const voters = this.#layout.nodes.filter((n) => n.controllerPort !== null)
    const initial = voters.map((n) => `${n.nodeId}@localhost:${n.controllerPort}:${randomKafkaId()}`).join(',')
    const nodes = [...this.#nodes.values()]
    this.#say(`Formatting ${nodes.length} disks …`)
    await inTurns(nodes, 2, async (node) => {
      await mkdir(node.spec.folder, { recursive: true })
      await node.configure(nodeProperties(this.#layout, node.spec, this.#bootstrap))
      const args =
        node.spec.controllerPort === null || this.#layout.staticQuorum ? [] : ['--initial-controllers', initial]
      await node.format(this.clusterId, [...args, ...(this.#options.formatArguments ?? [])])
    })
    this.#say(`Starting ${nodes.length} nodes …`)
    for (const node of nodes) await node.start(true)
  }

  node(nodeId: number): KafkaNode {
    const node = this.#nodes.get(nodeId)
    if (node === undefined) throw new Error(`The sandbox has no node ${nodeId}.`)
    return node
  }

  tool(mainClass: string, args: string[]): Promise<string> {
    return runTool(this.#kafka, mainClass, args)
  }

  async #describe(): Promise<SandboxState> {
    const nodes = await Promise.all(
      [...this.#nodes].map(async ([nodeId, node]) => {
        const named = this.#edited.get(nodeId)
        return { ...(await node.describe()), ...(named === undefined ? {} : { bootstrapControllers: named }) }
      }),
    )
    const label = `Apache Kafka ${this.#kafka.version}`
    return { simulated: false, label, nodes, lessons: [], lesson: null, toolAnswer: null }
  }

  async #act(action: SandboxAction): Promise<SandboxState> {
    switch (action.action) {
      case 'add-node':
        await this.#addNode(action.roles)
        break
      case 'configure':
        await this.#configure(action)
        break
      case 'reset':
        this.#edited.clear()
        await this.#endAll()
        await Promise.all(this.#layout.nodes.map((n) => rm(n.folder, { recursive: true, force: true })))
        await this.#formQuorum()
        break
      case 'lesson':
      case 'tool':
        throw new Error('Lessons are played on the simulated practice quorum only.')
      case 'append-voters':
        await this.#appendVoters(action)
        break
      case 'graft':
        // The command does both at once: the copy is put there when the voters are written.
        this.#sources.set(action.nodeId, action.fromNodeId)
        break
      case 'purge-log':
        await this.node(action.nodeId).purgeLog()
        break
      default:
        await this.node(action.nodeId).act(action.action, this.clusterId)
    }
    return this.#describe()
  }

  /** Of every disk that holds something, whether its node runs or not. */
  async #reports(): Promise<DiskReport[]> {
    const found = await Promise.all(
      [...this.#nodes.values()].map(async (node) =>
        (await node.directoryId()) === null ? [] : [await reportOf(node.logDirectory)],
      ),
    )
    return found.flat()
  }

  async #appendVoters({ nodeId, voters }: SandboxAction & { action: 'append-voters' }): Promise<void> {
    const node = this.node(nodeId)
    const source = this.#sources.get(nodeId)
    const formatted = await Promise.all(
      [...this.#nodes.values()].map(async (one) => ((await one.directoryId()) === null ? [] : [one.logDirectory])),
    )
    await changeDisk({
      directory: node.logDirectory,
      directories: formatted.flat(),
      voters,
      nodeId,
      from: source === undefined ? null : this.node(source).logDirectory,
      folder: this.#folder,
    })
    this.#sources.delete(nodeId)
  }

  /** The properties file as an operator would edit it; the process reads it at its next start. */
  async #configure({
    nodeId,
    roles,
    bootstrapControllers: named,
  }: SandboxAction & { action: 'configure' }): Promise<void> {
    const node = this.node(nodeId)
    if (named !== undefined) this.#edited.set(nodeId, named)
    if (roles !== undefined) {
      const [controllerPort = null, brokerPort = null] = await takePorts(LOOPBACK, 2)
      const { spec } = node
      node.spec = {
        ...spec,
        roles,
        controllerPort: roles.includes('controller') ? (spec.controllerPort ?? controllerPort) : null,
        brokerPort: roles.includes('broker') ? (spec.brokerPort ?? brokerPort) : null,
      }
      this.#layout = { ...this.#layout, nodes: this.#layout.nodes.map((n) => (n.nodeId === nodeId ? node.spec : n)) }
    }
    const ids = this.#edited.get(nodeId)
    const layout = ids === undefined ? this.#layout : { ...this.#layout, staticQuorum: false }
    const servers =
      ids === undefined
        ? this.#bootstrap
        : ids.flatMap((id) => {
            const port = this.#nodes.get(id)?.spec.controllerPort ?? null
            return port === null ? [] : [`localhost:${port}`]
          })
    await node.configure(nodeProperties(layout, node.spec, servers))
  }

  async #addNode(roles: Role[]): Promise<void> {
    const controller = roles.includes('controller')
    let nodeId = controller ? 3 : 10
    while (this.#nodes.has(nodeId)) nodeId += 1
    const ports = await takePorts(LOOPBACK, 2)
    const spec: NodeSpec = {
      nodeId,
      roles,
      controllerPort: controller ? (ports[0] ?? null) : null,
      brokerPort: roles.includes('broker') ? (ports[1] ?? null) : null,
      folder: join(this.#folder, `server${nodeId}`),
    }
    this.#layout = { ...this.#layout, nodes: [...this.#layout.nodes, spec] }
    const node = new KafkaNode(this.#kafka, spec, this.#log4j, this.#onGaveUp)
    await node.configure(nodeProperties(this.#layout, spec, this.#bootstrap))
    await node.act('format', this.clusterId)
    this.#nodes.set(nodeId, node)
  }

  async #endAll(): Promise<void> {
    await Promise.all([...this.#nodes.values()].map((node) => node.end('SIGKILL')))
  }

  async close(): Promise<void> {
    await this.#endAll()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
