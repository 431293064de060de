/** The hosts of a simulated quorum as the sandbox shows them: each with its processes' listeners and what can be done to it. */
import { createHash } from 'node:crypto'
import type { DiskReport, LoggedVoter } from '../../contract/diskReport.ts'
import type { Role } from '../../contract/quorumView.ts'
import type {
  LessonKey,
  LessonTool,
  SandboxAction,
  SandboxNode,
  SandboxNodeAction,
  SandboxPort,
  SandboxState,
} from '../../contract/sandbox.ts'
import { releasePorts, takePorts } from '../ports.ts'
import { diskReportOf } from './core/diskReport.ts'
import {
  addHost,
  type ClusterPlan,
  editBootstrap,
  editListeners,
  formatNode,
  freezeNode,
  type HostPlan,
  killNode,
  resumeNode,
  startNode,
  stopNode,
  wipeNode,
} from './core/hosts.ts'
import { appendVoters, graftLog, purgeLog } from './core/offlineDisk.ts'
import { profileOf } from './core/profiles.ts'
import type { Listener, VoterNode } from './core/raft/records.ts'
import { type ClusterState, type NodeState, nodeById } from './core/state.ts'
import type { Driver } from './driver.ts'
import { ALL_LESSONS, beginOf, hasTool } from './lessons.ts'
import { answerText, commandOf, partsOf } from './lessonTools.ts'
import { NodeListener } from './nodeListener.ts'

/** Each holds two ports of this machine, and costs a little of every tick. */
const MAX_NODES = 30
/** Ids of hosts added later begin here, clear of those of the article. */
const FIRST_ADDED_CONTROLLER = 3
const FIRST_ADDED_BROKER = 10

/** A slow node downloads a snapshot in this many pieces. */
const SLOW_SNAPSHOT_PIECES = 20
const TOOL_PATIENCE_MS = 5000

export interface SandboxHostsOptions {
  readonly driver: Driver
  readonly plan: ClusterPlan
  /** Address the listeners bind to. */
  readonly bindHost: string
  /** Makes the cluster of the plan anew, as it is at the start; static where a lesson wants that. */
  readonly remake: (isStatic: boolean) => ClusterState
}

function stateOf(node: NodeState): SandboxNode['state'] {
  if (node.disk === null) return 'wiped'
  if (node.process !== 'running') return node.process
  return node.slow ? 'slow' : 'running'
}

/** Total over the states: what can be done next. */
function actionsOf(state: SandboxNode['state']): SandboxNodeAction[] {
  switch (state) {
    case 'running':
      return ['stop', 'kill', 'restart', 'freeze', 'slow', 'wipe']
    case 'slow':
      return ['stop', 'kill', 'restart', 'freeze', 'unslow', 'wipe']
    case 'frozen':
      return ['kill', 'resume', 'wipe']
    case 'stopped':
      return ['start', 'wipe']
    case 'wiped':
      return ['format']
    default:
      return state satisfies never
  }
}

/** Why an action is not possible in a state, in words. */
function whyNot(nodeId: number, state: SandboxNode['state'], action: SandboxNodeAction): string {
  if (action === 'format') return `Node ${nodeId} has a formatted disk; wipe it first`
  if (state === 'wiped') {
    return action === 'wipe'
      ? `The disk of node ${nodeId} is empty already`
      : `Node ${nodeId} has an empty disk; format it first`
  }
  if (action === 'start' || (action === 'resume' && state !== 'stopped')) return `Node ${nodeId} is ${state} already`
  if (state === 'frozen') return `Node ${nodeId} is frozen; resume or kill it first`
  if (action === 'slow') return state === 'slow' ? `Node ${nodeId} is slow already` : `Node ${nodeId} is not running`
  if (action === 'unslow') return `Node ${nodeId} is not slow`
  return `Node ${nodeId} is not running`
}

export class SandboxHosts implements SandboxPort {
  readonly #driver: Driver
  readonly #bindHost: string
  readonly #remake: SandboxHostsOptions['remake']
  readonly #plan: ClusterPlan
  #lesson: Pick<SandboxState, 'toolAnswer'> & { key: LessonKey | null } = { key: null, toolAnswer: null }
  readonly #listeners = new Map<number, NodeListener[]>()
  /** Roles in properties files that no process has read yet. */
  readonly #edited = new Map<number, readonly Role[]>()
  /** Every port that was ever used here. */
  readonly #ports = new Set<number>()
  /** Actions run one after another: opening and closing ports takes time. */
  #last: Promise<unknown> = Promise.resolve()

  constructor({ driver, plan, bindHost, remake }: SandboxHostsOptions) {
    this.#driver = driver
    this.#plan = plan
    this.#bindHost = bindHost
    this.#remake = remake
    for (const node of driver.state.nodes) this.#addListeners(node)
  }

  get ports(): number[] {
    return [...this.#ports]
  }

  /** Brings the listeners in line with the processes. */
  async open(): Promise<void> {
    for (const node of this.#driver.state.nodes) await this.#follow(node)
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined)
    await Promise.all([...this.#listeners.values()].flat().map((listener) => listener.close()))
  }

  async describe(): Promise<SandboxState> {
    const { release } = this.#plan
    const nodes = this.#driver.state.nodes.map((node): SandboxNode => {
      const state = stateOf(node)
      const { controllerListener, brokerListener } = node.config
      const listener = controllerListener ?? brokerListener
      const roles: Role[] = [
        ...(controllerListener === null ? [] : (['controller'] as const)),
        ...(brokerListener === null ? [] : (['broker'] as const)),
      ]
      return {
        nodeId: node.id,
        roles: [...(this.#edited.get(node.id) ?? roles)],
        state,
        directoryId: node.disk?.directoryId ?? null,
        address: `${listener?.host}:${listener?.port}`,
        actions: actionsOf(state),
        ...(node.config.editedIds === null ? {} : { bootstrapControllers: [...node.config.editedIds] }),
      }
    })
    const label = `simulated Kafka ${release.split('.').slice(0, 2).join('.')} quorum`
    const { key: lesson, toolAnswer } = this.#lesson
    return { simulated: true, label, nodes, lessons: ALL_LESSONS, lesson, toolAnswer }
  }

  async reports(): Promise<DiskReport[]> {
    return this.#driver.change((state) => state.nodes.flatMap((node) => diskReportOf(state, node, sha256) ?? []))
  }

  act(action: SandboxAction): Promise<SandboxState> {
    const done = this.#last.catch(() => undefined).then(() => this.#act(action))
    this.#last = done
    return done
  }

  async #act(action: SandboxAction): Promise<SandboxState> {
    switch (action.action) {
      case 'reset':
        await this.#reset(this.#plan.isStatic)
        break
      case 'lesson':
        await this.#begin(action.lesson)
        break
      case 'tool':
        await this.#tool(action.tool)
        break
      case 'add-node':
        await this.#addNode(action.roles)
        break
      case 'configure':
        this.#configure(action)
        break
      case 'append-voters': {
        const node = this.#node(action.nodeId)
        const voters = action.voters.map(voterNode)
        this.#driver.change((state) => appendVoters(state, node, action.epoch, voters))
        break
      }
      case 'graft':
        this.#graft(this.#node(action.nodeId), this.#node(action.fromNodeId))
        break
      case 'purge-log': {
        const node = this.#node(action.nodeId)
        this.#driver.change(() => purgeLog(node))
        break
      }
      default:
        await this.#actOnNode(action.nodeId, action.action)
    }
    return await this.describe()
  }

  #node(nodeId: number): NodeState {
    const node = nodeById(this.#driver.state, nodeId)
    if (node === null) throw new Error(`There is no node ${nodeId} in this sandbox`)
    return node
  }

  /** A disk that is empty is formatted for it. */
  #graft(node: NodeState, from: NodeState): void {
    this.#driver.change((state) => {
      if (node.disk === null) formatNode(state, node)
      graftLog(node, from)
    })
  }

  async #actOnNode(nodeId: number, action: SandboxNodeAction): Promise<void> {
    const node = this.#node(nodeId)
    const state = stateOf(node)
    if (!actionsOf(state).includes(action)) throw new Error(whyNot(nodeId, state, action))
    if (action === 'restart') {
      await this.#change(node, 'stop')
      await this.#change(node, 'start')
      return
    }
    await this.#change(node, action)
  }

  async #change(node: NodeState, action: Exclude<SandboxNodeAction, 'restart'>): Promise<void> {
    if (action === 'start') {
      await this.#readRoles(node)
      // A port must be open before its process runs: the others will try it at once.
      await this.#openListeners(node.id)
    }
    this.#driver.change((state) => apply(state, node, action))
    await this.#follow(node)
  }

  async #openListeners(nodeId: number): Promise<void> {
    for (const listener of this.#listeners.get(nodeId) ?? []) await listener.open()
  }

  async #follow(node: NodeState): Promise<void> {
    const listeners = this.#listeners.get(node.id) ?? []
    if (node.process === 'stopped') {
      await Promise.all(listeners.map((listener) => listener.close()))
      return
    }
    for (const listener of listeners) {
      await listener.open()
      if (node.process === 'frozen') listener.freeze()
      else listener.resume()
    }
  }

  #addListeners(node: NodeState): void {
    const kinds = [
      ['controller', node.config.controllerListener],
      ['broker', node.config.brokerListener],
    ] as const
    const profile = profileOf(this.#plan.release)
    const listeners = kinds.flatMap(([kind, listener]) => {
      if (listener === null) return []
      this.#ports.add(listener.port)
      const options = { nodeId: node.id, kind, host: this.#bindHost, port: listener.port }
      return [new NodeListener(options, this.#driver, profile)]
    })
    this.#listeners.set(node.id, listeners)
  }

  #configure({ nodeId, roles, bootstrapControllers }: SandboxAction & { action: 'configure' }): void {
    const node = this.#node(nodeId)
    if (roles !== undefined) this.#edited.set(nodeId, roles)
    if (bootstrapControllers !== undefined) this.#driver.change(() => editBootstrap(node, bootstrapControllers))
  }

  /** What the process finds in its file when it starts: a role that is new brings a listener on a port of its own. */
  async #readRoles(node: NodeState): Promise<void> {
    const roles = this.#edited.get(node.id)
    if (roles === undefined) return
    this.#edited.delete(node.id)
    const { controllerListener, brokerListener } = node.config
    const [controllerPort = 0, brokerPort = 0] = await takePorts(this.#bindHost, 2)
    const listener = (role: Role, held: Listener | null, name: string, port: number) =>
      roles.includes(role) ? (held ?? { name, host: 'localhost', port }) : null
    this.#driver.change(() =>
      editListeners(node, {
        controllerListener: listener('controller', controllerListener, 'CONTROLLER', controllerPort),
        brokerListener: listener('broker', brokerListener, 'PLAINTEXT', brokerPort),
      }),
    )
    this.#addListeners(node)
    releasePorts([controllerPort, brokerPort].filter((port) => !this.#ports.has(port)))
  }

  async #addNode(roles: readonly Role[]): Promise<void> {
    if (this.#driver.state.nodes.length >= MAX_NODES)
      throw new Error(`The practice quorum has ${MAX_NODES} nodes already. Make it anew to begin with fewer.`)
    const isController = roles.includes('controller')
    const isBroker = roles.includes('broker')
    const [controllerPort, brokerPort] = await takePorts(this.#bindHost, 2)
    let id = isController ? FIRST_ADDED_CONTROLLER : FIRST_ADDED_BROKER
    while (nodeById(this.#driver.state, id) !== null) id += 1
    const host: HostPlan = {
      id,
      controllerListener: isController ? { name: 'CONTROLLER', host: 'localhost', port: controllerPort ?? 0 } : null,
      brokerListener: isBroker ? { name: 'PLAINTEXT', host: 'localhost', port: brokerPort ?? 0 } : null,
    }
    this.#addListeners(this.#driver.change((state) => addHost(state, host, this.#plan.autoJoin)))
  }

  async #begin(key: LessonKey): Promise<void> {
    const { isStatic, acts } = beginOf(key)
    await this.#reset(isStatic)
    const parts = partsOf(this.#driver.state)
    for (const { part, action } of acts) await this.#actOnNode(parts[part], action)
    this.#lesson = { key, toolAnswer: null }
  }

  async #tool(tool: LessonTool): Promise<void> {
    const { key } = this.#lesson
    if (key === null || !hasTool(key, tool)) throw new Error('This command belongs to a lesson. Begin the lesson first')
    const asked = commandOf(this.#driver.state, tool)
    const text = typeof asked === 'string' ? asked : await this.#ask(asked)
    this.#lesson = { key, toolAnswer: { tool, text } }
  }

  /** As Kafka's tool would: at the leader, with what Kafka says in answer. */
  #ask({ leaderId, request }: Exclude<ReturnType<typeof commandOf>, string>): Promise<string> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve('No answer within 5 s: the outcome is unknown.'), TOOL_PATIENCE_MS)
      this.#driver.ask({ nodeId: leaderId, listener: 'controller' }, request, (response) => {
        clearTimeout(late)
        resolve(answerText(response))
      })
    })
  }

  async #reset(isStatic: boolean): Promise<void> {
    this.#lesson = { key: null, toolAnswer: null }
    const listeners = [...this.#listeners.values()].flat()
    await Promise.all(listeners.map((listener) => listener.close()))
    this.#listeners.clear()
    this.#edited.clear()
    this.#driver.replace(this.#remake(isStatic))
    for (const node of this.#driver.state.nodes) this.#addListeners(node)
    await this.open()
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function voterNode({ nodeId, directoryId, endpoints, kraftVersions }: LoggedVoter): VoterNode {
  const listeners = endpoints.map(({ listener, host, port }) => ({ name: listener, host, port }))
  return { key: { id: nodeId, directoryId }, listeners, kraftVersions }
}

function apply(state: ClusterState, node: NodeState, action: Exclude<SandboxNodeAction, 'restart'>): void {
  switch (action) {
    case 'start':
      startNode(state, node)
      return
    case 'stop':
      stopNode(state, node)
      return
    case 'kill':
      killNode(state, node)
      return
    case 'freeze':
      freezeNode(node)
      return
    case 'resume':
      resumeNode(state, node)
      return
    case 'slow':
      node.slow = true
      node.snapshotPieces = SLOW_SNAPSHOT_PIECES
      return
    case 'unslow':
      node.slow = false
      node.snapshotPieces = 1
      return
    case 'wipe':
      wipeNode(state, node)
      return
    case 'format':
      formatNode(state, node)
      return
    default:
      action satisfies never
  }
}
