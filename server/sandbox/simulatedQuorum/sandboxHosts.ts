/** The hosts of a simulated quorum as the sandbox shows them: each with its processes' listeners and what can be done to it. */

import type { Role } from '../../contract/quorumView.ts'
import type {
  SandboxAction,
  SandboxNode,
  SandboxNodeAction,
  SandboxPort,
  SandboxState,
} from '../../contract/sandbox.ts'
import {
  addHost,
  type ClusterPlan,
  formatNode,
  freezeNode,
  type HostPlan,
  killNode,
  resumeNode,
  startNode,
  stopNode,
  wipeNode,
} from './core/hosts.ts'
import { profileOf } from './core/profiles.ts'
import { type ClusterState, type NodeState, nodeById } from './core/state.ts'
import type { Driver } from './driver.ts'
import { NodeListener } from './nodeListener.ts'
import { takePorts } from './ports.ts'

/** Ids of hosts added later begin here, clear of those of the article. */
const FIRST_ADDED_CONTROLLER = 3
const FIRST_ADDED_BROKER = 10

export interface SandboxHostsOptions {
  readonly driver: Driver
  readonly plan: ClusterPlan
  /** Address the listeners bind to. */
  readonly bindHost: string
  /** Makes the cluster of the plan anew, as it is at the start. */
  readonly remake: () => ClusterState
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
  readonly #remake: () => ClusterState
  readonly #plan: ClusterPlan
  readonly #listeners = new Map<number, NodeListener[]>()
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
    return [...this.#listeners.values()].flat().map((listener) => listener.options.port)
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
        roles,
        state,
        directoryId: node.disk?.directoryId ?? null,
        address: `${listener?.host}:${listener?.port}`,
        actions: actionsOf(state),
      }
    })
    return { simulated: true, label: `simulated Kafka ${release.split('.').slice(0, 2).join('.')} quorum`, nodes }
  }

  act(action: SandboxAction): Promise<SandboxState> {
    const done = this.#last.catch(() => undefined).then(() => this.#act(action))
    this.#last = done
    return done
  }

  async #act(action: SandboxAction): Promise<SandboxState> {
    if (action.action === 'reset') await this.#reset()
    else if (action.action === 'add-node') await this.#addNode(action.roles)
    else await this.#actOnNode(action.nodeId, action.action)
    return await this.describe()
  }

  async #actOnNode(nodeId: number, action: SandboxNodeAction): Promise<void> {
    const node = nodeById(this.#driver.state, nodeId)
    if (node === null) throw new Error(`There is no node ${nodeId} in this sandbox`)
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
    // A port must be open before its process runs: the others will try it at once.
    if (action === 'start') await this.#openListeners(node.id)
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
      const options = { nodeId: node.id, kind, host: this.#bindHost, port: listener.port }
      return [new NodeListener(options, this.#driver, profile)]
    })
    this.#listeners.set(node.id, listeners)
  }

  async #addNode(roles: readonly Role[]): Promise<void> {
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

  async #reset(): Promise<void> {
    const listeners = [...this.#listeners.values()].flat()
    await Promise.all(listeners.map((listener) => listener.close()))
    this.#listeners.clear()
    this.#driver.replace(this.#remake())
    for (const node of this.#driver.state.nodes) this.#addListeners(node)
    await this.open()
  }
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
      return
    case 'unslow':
      node.slow = false
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
